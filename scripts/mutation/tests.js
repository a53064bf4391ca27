// Which test files can notice a change of a source file: those that reach it by their imports.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';

/** In the order in which they run: what is nearest and quickest first. */
const tests = [
  'src/conversation/*.test.ts',
  'src/chat/*.test.ts',
  'src/chat/hostile/*.test.ts',
  'src/testing/*.test.ts',
  'test/crash.test.ts',
  'test/interleaving/*.test.ts',
];
const slow = /hostile|properties|crash|interleaving/;
/** They wait for real time, or try thousands of things. */
const slowest = /fuzz|hangs|seams|effects/;

/** A function from a source file to the test files that reach it, nearest first; `all` are also those that take long. */
export function testsFor(root, all) {
  const files = globSync(tests, { cwd: root }).filter((file) => all || !slowest.test(file));
  const reached = new Map(files.map((file) => [file, reach(root, file)]));
  return (source) =>
    files.filter((file) => reached.get(file).has(source)).sort((a, b) => distance(a, source) - distance(b, source));
}

function reach(root, start) {
  const files = new Set([start]);
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8').replace(/^import type [^;]*;/gm, '');
    for (const [, path] of text.matchAll(/\b(?:from\s+|import\()'(\.[^']+)'/g))
      files.add(normalize(join(dirname(file), path)));
  }
  return files;
}

function distance(test, source) {
  if (slowest.test(test)) return 4;
  if (slow.test(test)) return 3;
  if (basename(test, '.test.ts') === basename(source, '.ts')) return 0;
  return dirname(test) === dirname(source) ? 1 : 2;
}
