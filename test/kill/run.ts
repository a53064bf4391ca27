// `npm run torture -- --store sqlite|postgres --kills 60 --stops 20 --workers 2 --seed 1`: real processes, killed and frozen
// at random moments, half of the kills right behind an effect. Prints one line of JSON; the control, whose tool lies about being repeatable, must show duplicates.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../postgres/server.ts';
import { torture } from './torture.ts';
import type { TortureResult } from './torture.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { store: text, kills: text, stops: text, workers: text, seed: text, 'control-kills': text },
});
const { store } = values;
if (store !== 'sqlite' && store !== 'postgres') throw new Error(`--store ${store}: sqlite or postgres is needed.`);
const seed = Number(values.seed ?? Date.now() % 100_000);
const common = { store, workers: Number(values.workers ?? 2), seed } as const;

/** One torture with a store of its own. */
async function on(counts: { kills: number; stops: number; control?: boolean }): Promise<TortureResult> {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-torture-'));
  const server = store === 'postgres' ? await startPostgres() : undefined;
  const at = server?.connectionString ?? join(folder, 'threads.db');
  try {
    return await torture({ ...common, ...counts, at, log: join(folder, 'effects.txt') });
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const kills = Number(values.kills ?? 60);
const result = await on({ kills, stops: Number(values.stops ?? 0) });
const { duplicates } = await on({ kills: Number(values['control-kills'] ?? kills), stops: 0, control: true });
console.log(JSON.stringify({ store, seed, ...result, control: { duplicates } }));
const isClean =
  result.duplicates + result.lost + result.seqGaps + result.misread + result.stuck === 0 &&
  result.nested > 0 &&
  duplicates > 0;
process.exit(isClean ? 0 : 1);
