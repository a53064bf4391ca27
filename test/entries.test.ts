// What a project of somebody else finds in our package: its compiler, and its `require`. Looks at dist, so build first.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const declarations = Object.values<{ readonly types?: string }>(exports).flatMap(({ types }) => types ?? []);
const names = Object.keys(exports).map((entry) => entry.replace('.', 'yourcall'));

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

it('every entry may be required by CommonJS', () => {
  expect(names.length).toBeGreaterThan(20);
  expect(names).toContain('yourcall/package.json');
  const script = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(require(name)).length > 0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=commonjs', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([stdout, stderr]).toEqual([names.map((name) => `${name} true\n`).join(''), '']);
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
