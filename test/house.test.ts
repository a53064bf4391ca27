// What keeps the code readable for somebody new, where the linter cannot say it.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const path = [
  'README.md',
  'examples/approval.ts',
  'src/index.ts',
  'src/chat/chat.ts',
  'src/chat/tool-pass.ts',
  'src/conversation/apply.ts',
];
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter((file) => !/\.test(-d)?\.tsx?$/.test(file));

describe('the house', () => {
  it('has a path for newcomers: six files, under 500 lines', () => {
    const sizes = path.map((file) => [file, size(file)] as const);
    expect(sizes.filter(([, lines]) => lines === 0)).toEqual([]);
    expect(sizes.reduce((sum, [, lines]) => sum + lines, 0)).toBeLessThan(500);
  });

  it('has small files: none above 250 lines, the median at most 100', () => {
    const sizes = sources.map((file) => [file, size(file)] as const).toSorted(([, a], [, b]) => b - a);
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.filter(([, lines]) => lines > 250)).toEqual([]);
    expect(sizes[Math.floor(sizes.length / 2)]?.[1]).toBeLessThanOrEqual(100);
  });

  it('exports names, never everything', () => {
    expect(sources.filter((file) => /^\s*export\s+(type\s+)?\*/m.test(read(file)))).toEqual([]);
  });

  it('imports at the top of a file, where the linter sees it: no types by import(...)', () => {
    expect(sources.filter((file) => /(?<!await |\()\bimport\(['"][^'"]+['"]\)\s*\./.test(read(file)))).toEqual([]);
  });

  it('marks no test as only, skipped or to do', () => {
    const tests = globSync(['src/**/*.test.ts', 'src/**/*.test-d.ts', 'test/*.test.ts'], { cwd: root });
    expect(tests.filter((file) => /\b(it|test|describe)\.(only|skip|todo)\b/.test(read(file)))).toEqual([]);
  });

  it('switches the linter off only for an `any` that variance demands, and the compiler nowhere', () => {
    const off = /.*((ox|es)lint-disable|@ts-(ignore|nocheck)).*/g;
    const lines = sources.flatMap((file) => read(file).match(off) ?? []);
    expect(lines.filter((line) => !line.includes('disable-next-line typescript/no-explicit-any'))).toEqual([]);
  });

  it('pins every development dependency exactly', () => {
    for (const file of ['package.json', 'test/heavy/package.json']) {
      const { devDependencies } = JSON.parse(read(file));
      const exact = /^(npm:[@a-z/-]+@)?\d+\.\d+\.\d+(-beta\.\d+)?$/;
      expect(Object.values<string>(devDependencies).filter((version) => !exact.test(version))).toEqual([]);
    }
  });

  it('keeps no registry addresses in its lock files', () => {
    expect(read('package-lock.json') + read('test/heavy/package-lock.json')).not.toContain('"resolved": "http');
  });

  it('knows all 45 rules', () => {
    const output = execFileSync(process.execPath, [join(root, 'scripts', 'rules.js')], { encoding: 'utf8' });
    expect(output).toMatch(/of 45 rules are cited/);
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Lines that are not blank and, in code, not only a comment. */
function size(file: string): number {
  const text = /\.tsx?$/.test(file) ? read(file).replace(/^\s*(\/\/.*|\/\*[^]*?\*\/)\s*$/gm, '') : read(file);
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
