// `npm run mutate`: deletes a statement, turns a condition round, swaps an operator, one at a time, and counts how many
// of these mutants a test notices. All mutants, or with `-- --sample 200` so many, drawn by `--seed` (1).
// `--at tool-pass` looks at places (`src/chat/tool-pass.ts:102`) that this regular expression finds, `--jobs 2` says how
// many run at once,
// `--slow` runs the tests that take long, too,
// `--write` puts the result into docs/mutation.md. It works in copies: the checkout is never changed.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutantsOf, mutated } from './mutation/mutants.js';
import { Worker } from './mutation/pool.js';
import { testsFor } from './mutation/tests.js';
import { report } from './mutation/report.js';
import { compiling } from './mutation/types.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const began = performance.now();
const { values: options } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    at: { type: 'string', default: '' },
    jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    slow: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

/** The fold, the transitions, the loop and the tool pass: what the promises rest on. The digest has test vectors of its own. */
const rooms = ['src/conversation/*.ts', 'src/chat/*.ts'];
const isTarget = (file) => !/\.test(-d)?\.ts$|digest\.ts$/.test(file);
const isAsked = ({ file, line }) => new RegExp(options.at).test(`${file}:${line}`);
const texts = new Map(
  globSync(rooms, { cwd: root })
    .filter(isTarget)
    .sort()
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
const textOf = (file) => texts.get(file);

const made = [...texts]
  .flatMap(([file, text]) => mutantsOf(text).map((mutant) => ({ file, ...mutant })))
  .filter(isAsked);
const mutants = compiling(root, made, textOf);
const drawn = options.sample ? sample(mutants, Number(options.sample), Number(options.seed)) : mutants;
console.log(`${made.length} mutants, ${mutants.length} of them compile, ${drawn.length} are tried`);
if (drawn.length === 0) throw new Error('There is nothing to try.');

/** Their copies go with them, also when somebody stops it. */
const workers = [];
process.once('exit', () => workers.forEach((worker) => worker.close()));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const results = await tryAll(drawn);
const page = report(results, performance.now() - began);
console.log(`\n${page}`);
if (options.write) writePage(page);

/** So many of a list, the same ones for the same seed, in their old order. */
function sample(list, count, seed) {
  let state = seed;
  const random = () => {
    // A linear congruential generator (the constants of Numerical Recipes).
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const keyed = list.map((mutant) => ({ mutant, key: random() })).sort((a, b) => a.key - b.key);
  const chosen = new Set(keyed.slice(0, count).map(({ mutant }) => mutant));
  return list.filter((mutant) => chosen.has(mutant));
}

async function tryAll(list) {
  const tests = testsFor(root, options.slow);
  const queue = [...list];
  const results = [];
  const work = async () => {
    const worker = new Worker(root);
    workers.push(worker);
    const { file } = list.find((mutant) => tests(mutant.file).length > 0) ?? list[0];
    await worker.checkGreen({ file, text: textOf(file), original: textOf(file), tests: tests(file) });
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const original = textOf(mutant.file);
      const text = mutated(original, mutant);
      const failed = await worker.run({ file: mutant.file, text, original, tests: tests(mutant.file) });
      results.push({ ...mutant, failed });
      tell(results.at(-1), `${results.length}/${list.length}`);
    }
    worker.close();
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, work));
  return results;
}

function tell({ file, line, kind, failed }, count) {
  if (failed === undefined) console.log(`${count} survived  ${file}:${line}  ${kind}`);
  else if (process.stdout.isTTY) process.stdout.write(`${count}\r`);
  else if (count.includes('0/')) console.log(count);
}

function writePage(result) {
  const path = join(root, 'docs', 'mutation.md');
  const page = readFileSync(path, 'utf8');
  const mark = '<!-- result -->';
  writeFileSync(path, `${page.slice(0, page.indexOf(mark) + mark.length)}\n\n${result}`);
}
