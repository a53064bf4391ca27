// Which test files can notice a change of a source file: those that reach it by their imports.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';

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
/** They wait for real time, or try thousands of things. */
const slowest = /fuzz|hangs|seams|effects/;

/** Test files by the source files that they reach. */
export class Tests {
  #reached;

  /** `all` are also those that take long. */
  constructor(root, all) {
    const files = globSync(tests, { cwd: root }).filter((file) => all || !slowest.test(file));
    this.#reached = new Map(files.sort().map((file) => [file, reach(root, file)]));
  }

  get all() {
    return [...this.#reached.keys()];
  }

  /** In the order in which they run: the nearest first, and of those the quickest. */
  of(source, costs) {
    const rank = (file) => [distance(file, source), costs[file]?.cpu ?? 0];
    return this.all
      .filter((file) => this.#reached.get(file).has(source))
      .map((file) => ({ file, rank: rank(file) }))
      .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
      .map(({ file }) => file);
  }
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
  if (wide.test(test)) return 3;
  const noun = basename(source, '.ts');
  if (dirname(test) !== dirname(source)) return 2;
  return basename(test) === `${noun}.test.ts` || basename(test).startsWith(`${noun}-`) ? 0 : 1;
}
