// `npm run mutate`: deletes a statement, leaves out a row of a table, turns a condition round, swaps an operator, one at a
// time, and counts how many of these mutants a test notices. docs/mutation.md tells how, and what came of it.
// All mutants, or with `-- --sample 200` so many, drawn by `--seed` (1). `--at tool-pass` looks at places
// (`src/chat/tool-pass.ts:102`) that this regular expression finds, `--jobs 2` says how many are tried at once, `--slow`
// runs the tests that take long, too, `--fresh` forgets what a stopped run found, `--write` puts the result into the page.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { blockOf } from './mutation/blocks.js';
import { reasonOf, unknownOf } from './mutation/equivalent.js';
import { Ledger } from './mutation/ledger.js';
import { mutantsOf, mutated } from './mutation/mutants.js';
import { Worker, sweepCopies } from './mutation/pool.js';
import { report } from './mutation/report.js';
import { testFiles, testsFor } from './mutation/tests.js';
import { compiling } from './mutation/types.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    at: { type: 'string', default: '' },
    jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    slow: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

/** The fold, the transitions, the loop, decisions and the tool pass: what the promises rest on. */
const rooms = ['src/conversation/*.ts', 'src/chat/*.ts'];
const isTarget = (file) => !/\.test(-d)?\.ts$/.test(file);
const isAsked = ({ file, line }) => new RegExp(options.at).test(`${file}:${line}`);
const texts = new Map(
  globSync(rooms, { cwd: root })
    .filter(isTarget)
    .sort()
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
const textOf = (file) => texts.get(file);

sweepCopies();
const made = [...texts].flatMap(mutantsIn).filter(isAsked);
const mutants = compiling(root, made, textOf);
const drawn = options.sample ? sample(mutants, Number(options.sample), Number(options.seed)) : mutants;
const ledger = new Ledger(root, { slow: options.slow });
if (options.fresh) ledger.forget();
const untried = drawn.filter((mutant) => !ledger.find(mutant));
console.log(`${made.length} mutants, ${mutants.length} of them compile, ${drawn.length} are asked for`);
if (drawn.length === 0) throw new Error('There is nothing to try.');
if (untried.length < drawn.length) console.log(`${drawn.length - untried.length} were tried before`);

/** Their copies go with them, also when somebody stops it. */
const workers = [];
process.once('exit', () => workers.forEach((worker) => worker.close()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

if (untried.length > 0) await tryAll(untried);
const results = drawn.map((mutant) => ({ ...mutant, ...ledger.find(mutant) }));
const page = report(results, {
  made: { all: made.length, compiling: mutants.length },
  drawn: howDrawn(),
  seconds: results.reduce((sum, { ms }) => sum + ms, 0) / 1000,
});
console.log(`\n${page}`);
checkKnown();
if (options.write) writePage(page);

function mutantsIn([file, text]) {
  const lines = text.split('\n');
  return mutantsOf(text).map((mutant) => ({ file, code: lines[mutant.line - 1].trim(), ...mutant }));
}

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

function howDrawn() {
  const where = options.at ? ` at \`${options.at}\`` : '';
  const slow = options.slow ? ', with the slow tests' : '';
  if (!options.sample) return `All mutants${where} that compile were tried${slow}.`;
  return `${drawn.length} of the ${mutants.length} mutants${where} that compile were tried, drawn evenly with seed ${options.seed}${slow}.`;
}

async function tryAll(list) {
  const queue = [...list];
  const first = new Worker(root);
  workers.push(first);
  const measured = (await first.measure([...texts], testFiles(root, options.slow))).map((one) => ({
    ...one,
    reached: new Set(one.reached),
  }));
  const costs = Object.fromEntries(measured.map(({ file, cpu, wait }) => [file, { cpu, wait }]));
  let tried = 0;
  const work = async (worker) => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const original = textOf(mutant.file);
      const text = mutated(original, mutant);
      const began = performance.now();
      const block = blockOf(mutant.file, original, mutant);
      const asked = {
        file: mutant.file,
        text,
        original,
        tests: testsFor({ file: mutant.file, block }, measured),
        costs,
      };
      const { failed, hung } = await worker.run(asked);
      const result = { failed, hung, ms: Math.round(performance.now() - began) };
      ledger.add(mutant, result);
      tell({ ...mutant, ...result }, `${(tried += 1)}/${list.length}`);
    }
    worker.close();
  };
  const others = Array.from({ length: Math.min(Number(options.jobs), list.length) - 1 }, () => new Worker(root));
  workers.push(...others);
  await Promise.all([first, ...others].map(work));
}

function tell({ file, line, kind, was, failed, hung }, count) {
  if (failed === undefined) console.log(`${count} survived  ${file}:${line}  ${kind}  ${was.slice(0, 80)}`);
  else if (hung) console.log(`${count} hung  ${file}:${line}  ${kind}  ${failed}`);
  else if (process.stdout.isTTY) process.stdout.write(`${count}\r`);
  else if (/00?\//.test(count)) console.log(count);
}

/** The list of mutants that nobody can tell from the code has to be true. */
function checkKnown() {
  const wrong = results.filter((result) => result.failed !== undefined && reasonOf(result));
  for (const { file, line, kind, failed } of wrong)
    console.log(`Not equivalent after all: ${file}:${line} ${kind}: ${failed}`);
  const gone = options.at ? [] : unknownOf(mutants);
  for (const { file, code, kind } of gone) console.log(`No such mutant any more: ${file} ${kind}: ${code}`);
  if (wrong.length + gone.length > 0) process.exitCode = 1;
}

function writePage(result) {
  const path = join(root, 'docs', 'mutation.md');
  const text = readFileSync(path, 'utf8');
  const mark = '<!-- result -->';
  writeFileSync(path, `${text.slice(0, text.indexOf(mark) + mark.length)}\n\n${result}`);
}
