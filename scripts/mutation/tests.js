// Which test files can notice a change of the code: those that enter the block in which it was made.
import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const tests = [
  'src/conversation/*.test.ts',
  'src/chat/*.test.ts',
  'src/chat/hostile/*.test.ts',
  'src/testing/*.test.ts',
  'test/crash.test.ts',
  'test/interleaving/*.test.ts',
];
/** They go through everything there is, a little of each. */
const wide = /hostile|properties|crash|interleaving/;
/** It wants to be the first in its process. All others share one, since a process of its own would cost each of them more than its tests. */
const alone = /without-tools/;
/** They wait for real time, or try thousands of things. */
const slowest = /fuzz|hangs|seams|effects/;

/** The test files; `all` are also those that take long. */
export function testFiles(root, all) {
  const files = globSync(tests, { cwd: root }).filter((file) => all || !slowest.test(file));
  return files.sort((a, b) => Number(alone.test(b)) - Number(alone.test(a)) || a.localeCompare(b));
}

/** Those that enter a block, in the order in which they run: the nearest first, and of those the quickest. */
export function testsFor({ file, block }, measured) {
  const entering = measured.filter(({ reached }) => block === undefined || reached.has(block));
  const ranked = entering.map((test) => ({ test, rank: distance(test.file, file) }));
  return ranked.sort((a, b) => a.rank - b.rank || a.test.cpu - b.test.cpu).map(({ test }) => test.file);
}

function distance(test, source) {
  if (alone.test(test)) return -1;
  if (slowest.test(test)) return 4;
  if (wide.test(test)) return 3;
  if (dirname(test) !== dirname(source)) return 2;
  const noun = basename(source, '.ts');
  return basename(test) === `${noun}.test.ts` || basename(test).startsWith(`${noun}-`) ? 0 : 1;
}
