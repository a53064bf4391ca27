// Runs tests again and again in one vitest, for one mutant after the other. Its folder is a copy of the checkout.
// It is told { file, text, original, tests, budget } and answers { failed, spent }: the first test that failed, and milliseconds of CPU.
// Above the budget the mutant hangs: CPU, not time, so that a busy machine does not matter.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';

const root = process.argv[2];
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
  isolate: false,
  maxWorkers: 1,
  // Long, for a machine that is busy with other things.
  testTimeout: 10_000,
  typecheck: { enabled: false },
  // Nothing is printed; what tests print themselves neither.
  reporters: [{}],
  onConsoleLog: () => false,
  sequence: { sequencer: InOrder },
});

process.on('message', async ({ file, text, original, tests, budget }) => {
  const before = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  // Tests run in a thread of their own, so this one is free to look.
  const watch = setInterval(() => spent() > budget && process.send({ failed: 'timeout' }), 200);
  write(file, text);
  const failed = await run(tests.map((test) => join(root, test)));
  clearInterval(watch);
  write(file, original);
  process.send({ failed, spent: spent() });
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
