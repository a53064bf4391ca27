// `npm run torture`: the properties of the engine, tried many times more than in CI. `-- --runs 100000` says how often
// (20,000), `--seed 5` where to begin; without it each torture tries others. A failure prints the seed that repeats it.
// `npm run torture -- --store sqlite|postgres --kills 60 --stops 20 --workers 3`: real processes that advance threads, killed
// and frozen at random moments.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const given = process.argv.slice(2);
const { values } = parseArgs({ strict: false, options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const files = ['src/chat/properties.test.ts', 'test/interleaving'];
const env = {
  ...process.env,
  ...(!('store' in values) && {
    YOURCALL_RUNS: values.runs ?? '20000',
    ...(values.seed && { YOURCALL_SEED: values.seed }),
  }),
};
const command = 'store' in values ? [join(root, 'test', 'kill', 'run.ts'), ...given] : [vitest, 'run', ...files];
const { status } = spawnSync(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
