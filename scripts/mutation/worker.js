// Runs tests again and again in one vitest, for one mutant after the other. Its folder is a copy of the checkout.
// It is told { file, text, original, tests, costs } and answers { failed, waits }: the first test that failed, and for how long
// each test file waited. It watches for tests that hang, by what `costs` says of them. With `measure` there is no mutant, and
// each test file runs for itself, with reached.js beside it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import { Watch } from './watch.js';

const [, , root, mode] = process.argv;
const watch = new Watch();
let order = [];

class InOrder {
  shard(specifications) {
    return specifications;
  }

  sort(specifications) {
    return specifications.toSorted((a, b) => order.indexOf(a.moduleId) - order.indexOf(b.moduleId));
  }
}

const vitest = await createVitest('test', {
  root,
  watch: false,
  bail: 1,
  pool: 'threads',
  isolate: mode === 'measure',
  setupFiles: mode === 'measure' ? [join(root, 'scripts/mutation/reached.js')] : [],
  maxWorkers: 1,
  // The watch is quicker, and knows a test that waits for nothing from a machine that is busy.
  testTimeout: 60_000,
  // Tests of speed would notice a busy machine.
  testNamePattern: /^(?!.*(P7|the cost of))/,
  typecheck: { enabled: false },
  // Nothing is printed; what tests print themselves neither.
  reporters: [{ onTestModuleQueued: ({ relativeModuleId }) => watch.begin(relativeModuleId) }],
  onConsoleLog: () => false,
  sequence: { sequencer: InOrder },
});

process.on('message', async ({ file, text, original, tests, costs }) => {
  watch.start(costs, (failed) => process.send({ failed, hung: true }));
  write(file, text);
  const failed = await run(tests.map((test) => join(root, test)));
  const waits = watch.stop();
  write(file, original);
  process.send({ failed, waits });
});
process.on('disconnect', () => process.exit());
process.send('ready');

function write(file, text) {
  const path = join(root, file);
  writeFileSync(path, text);
  vitest.invalidateFile(path);
}

/** The first test that failed, `undefined` when all passed. A run that looked at nothing is an error. */
async function run(files) {
  order = files;
  // Or the result would tell of modules of earlier runs, too.
  vitest.state.filesMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestFiles(files);
  const modules = testModules.toSorted((a, b) => order.indexOf(a.moduleId) - order.indexOf(b.moduleId));
  for (const module of modules) {
    for (const test of module.children.allTests('failed')) return `${module.relativeModuleId}: ${test.fullName}`;
    if (module.state() === 'failed') return `${module.relativeModuleId} could not be loaded`;
  }
  if (unhandledErrors.length > 0) return `an unhandled error: ${unhandledErrors[0]?.message}`;
  const passed = modules.filter((module) => module.state() === 'passed').length;
  if (passed !== files.length) throw new Error(`Of ${files.length} test files ${passed} passed, and none failed.`);
  return undefined;
}
