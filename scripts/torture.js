// `npm run torture`: the properties of the engine, tried many times more than in CI. `-- --runs 100000` says how often
// (20,000), `--seed 5` where to begin; without it each torture tries others. A failure prints the seed that repeats it.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string' } } });
const env = { ...process.env, YOURCALL_RUNS: values.runs, ...(values.seed && { YOURCALL_SEED: values.seed }) };
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const files = ['src/chat/properties.test.ts', 'test/interleaving'];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...files], { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
