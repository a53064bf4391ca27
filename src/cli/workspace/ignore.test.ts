import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ignoredIn } from './ignore.ts';

let root = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'yourcall-ignore-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/** Those of the paths that are ignored; a path that ends with `/` is a folder. */
async function ignored(paths: readonly string[], folder = root): Promise<readonly string[]> {
  const rules = await ignoredIn(folder);
  const found: string[] = [];
  for (const path of paths) if (await rules.has(path.replace(/\/$/, ''), path.endsWith('/'))) found.push(path);
  return found;
}

test.each([
  ['*.log', ['a.log', 'deep/in/b.log'], ['a.logs', 'log']],
  ['/top.txt', ['top.txt'], ['deep/top.txt']],
  ['doc/frotz', ['doc/frotz'], ['a/doc/frotz']],
  ['build/', ['build/', 'a/build/', 'build/x.js'], ['build']],
  ['**/foo', ['foo', 'a/foo', 'a/b/foo'], ['afoo']],
  ['abc/**', ['abc/x', 'abc/d/e'], ['abc/', 'x/abc/y']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'x/a/b']],
  ['a?c', ['abc', 'x/aéc'], ['ac', 'a/c']],
  ['[a-c][!x].txt', ['ay.txt', 'cz.txt'], ['ax.txt', 'dy.txt']],
  ['[]-].x', ['].x', '-.x'], ['[.x']],
  [String.raw`\#a` + '\n' + String.raw`\!b` + '\n' + String.raw`c\*`, ['#a', '!b', 'c*'], ['cd']],
  ['# a comment\n\n   \n', [], ['# a comment', 'a']],
  ['end   \nkeep\\ \r\n', ['end', 'keep '], ['keep']],
  ['*.txt\n!keep.txt', ['a.txt'], ['keep.txt']],
  ['dir/\n!dir/keep.txt', ['dir/keep.txt'], []],
  ['dir/*\n!dir/keep.txt', ['dir/a'], ['dir/keep.txt', 'dir/']],
  ['a*b*c', ['abc', 'axxbxxc'], ['acb', 'abcx']],
  ['[', ['['], ['a']],
])('%j', async (patterns, yes, no) => {
  await put('.gitignore', patterns);
  expect(await ignored([...yes, ...no])).toEqual(yes);
});

test('a deeper file has the last word, for its own folder only', async () => {
  await put('.gitignore', '*.log\n');
  await put('sub/.gitignore', '!keep.log\n/here.txt\n');
  expect(
    await ignored(['keep.log', 'sub/keep.log', 'sub/a.log', 'sub/here.txt', 'here.txt', 'sub/x/here.txt']),
  ).toEqual(['keep.log', 'sub/a.log', 'sub/here.txt']);
});

test('.git and node_modules are always ignored', async () => {
  expect(await ignored(['.git/', '.git/config', 'node_modules/a/b.js', 'a/node_modules/', 'git'])).toEqual([
    '.git/',
    '.git/config',
    'node_modules/a/b.js',
    'a/node_modules/',
  ]);
});

test('a folder inside a repository heeds what stands above it, and .git/info/exclude', async () => {
  await put('.git/info/exclude', 'private.txt\n');
  await put('.gitignore', '/app/out\nplayground/\n');
  await put('app/.gitignore', 'x\n');
  expect(await ignored(['out/', 'private.txt', 'x', 'app/out'], join(root, 'app'))).toEqual([
    'out/',
    'private.txt',
    'x',
  ]);
  await put('playground/.gitignore', 'y\n');
  expect(await ignored(['a', 'y'], join(root, 'playground'))).toEqual(['y']);
});

test('a pattern made to take forever does not', async () => {
  await put('.gitignore', `${'*a'.repeat(200)}b\n${'**/a/'.repeat(100)}b\n`);
  const started = performance.now();
  expect(await ignored(['a'.repeat(255), `${'a/'.repeat(400)}c`])).toEqual([]);
  expect(performance.now() - started).toBeLessThan(10_000);
});
