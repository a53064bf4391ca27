// What a compiler says that reads our declarations in a project of somebody else. Looks at dist, so build first.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const declarations = Object.values<{ readonly types?: string }>(exports).flatMap(({ types }) => types ?? []);

describe('the declarations of every entry', () => {
  it('are built', () => {
    expect(declarations.length).toBeGreaterThan(20);
    expect(declarations.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('compile in a project for Node that knows nothing of the DOM', () => {
    expect(problems('ES2023')).toEqual([]);
  });

  it('compile beside the DOM', () => {
    expect(problems('ES2023,DOM,DOM.Iterable')).toEqual([]);
  });

  it('are looked at: what is missing is found', () => {
    expect(problems('ES5')).not.toEqual([]);
  });
});

/** What is wrong with our own declarations under these libraries of the language. */
function problems(lib: string): readonly string[] {
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--types',
    'node',
    '--lib',
    lib,
  ];
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, status } = spawnSync(
    process.execPath,
    [tsc, ...options, '--module', 'nodenext', '--target', 'es2022', ...declarations],
    { cwd: root, encoding: 'utf8' },
  );
  const ours = stdout.split('\n').filter((line) => line.startsWith('dist/'));
  return status === 0 || ours.length > 0 ? ours : [stdout];
}
