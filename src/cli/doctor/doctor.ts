import { parseArgs } from 'node:util';
import { ChatError } from '../../conversation/error.ts';
import { providers } from '../../models/default/index.ts';
import type { Fetch } from '../../wire/http.ts';
import { visible } from '../../wire/plain-text.ts';
import { styleOf } from '../style.ts';
import { runCommand } from '../thread/command.ts';
import { neededPlace, placeFlags, placeOf, placeText } from '../thread/place.ts';
import type { Place } from '../thread/place.ts';
import { putInOrder } from './after-restore.ts';
import { checkUp } from './checkup.ts';
import type { Checkup } from './checkup.ts';
import { findingLines } from './finding.ts';
import { reportLines } from './report.ts';
import { lookAt } from './threads.ts';
import { usualModel } from './usual-model.ts';

/** `yourcall doctor`: gives its exit code, 1 when something is wrong. */
export function doctor(argv: readonly string[], fetch?: Fetch & typeof globalThis.fetch): Promise<number> {
  const run = (given: readonly string[]): Promise<number> => examine(optionsOf(given), fetch);
  return runCommand({ name: 'yourcall doctor', usage: doctorUsage, run }, argv);
}

async function examine(options: DoctorOptions, fetch?: Fetch & typeof globalThis.fetch): Promise<number> {
  const { place, isAfterRestore, force, offline, json } = options;
  if (isAfterRestore) return putInOrder(place!, { force, json });
  const names = Object.keys(providers).toSorted();
  const [usual, findings, ...checkups] = await Promise.all([
    usualModel(offline, fetch),
    place ? lookAt(place) : [],
    ...names.map((name) => checkUp(name, providers[name]!, { offline, fetch })),
  ]);
  const isWrong = findings.some(({ state }) => state === 'wrong') || checkups.some(isRefused);
  if (json) {
    console.log(JSON.stringify({ usual, providers: checkups, ...(place && { threads: findings }) }, undefined, 2));
  } else {
    const style = styleOf(process.stdout, process.env);
    const where = place && [
      '',
      style.bold(`Threads in ${visible(placeText(place))}`),
      ...findingLines(findings, style),
    ];
    for (const line of [...reportLines(checkups, usual, style), ...(where ?? [])]) console.log(line);
  }
  return isWrong ? 1 : 0;
}

const doctorUsage = `Usage: yourcall doctor [--offline] [--json] [--db APP.DB | URL]
       yourcall doctor --after-restore [--force] [--json] --db APP.DB | URL

Says which keys are set in the environment (never what they are), which model servers run on this machine, and
whether they answer: each is asked for its models, which costs nothing. It also says which model is taken when none is
named; and of threads, whether their database keeps what it is told, and whether somebody works on them.

  --offline               asks no provider
  --json                  the same as JSON
  --db APP.DB | URL       the file that keeps threads, or a postgres:// address
  --database-url URL      the same as an address; DATABASE_URL in the environment says it, too
  --schema NAME           the schema of that database. Default: yourcall

  --after-restore         for a database that was restored from a backup, or has lost its last commits in a
                          failover: whoever worked on it before can write nothing any more, and every call that was
                          approved or running is put in doubt, unless its tool only reads. Stop all workers first
  --force                 does so although somebody seems to work on it

Exit codes: 0, or 1 when something is wrong: a key that is set is refused, or a database may lose what it is told.`;

interface DoctorOptions {
  readonly place: Place | undefined;
  readonly isAfterRestore: boolean;
  readonly force: boolean;
  readonly offline: boolean;
  readonly json: boolean;
}

function optionsOf(argv: readonly string[]): DoctorOptions {
  const { db, 'database-url': url, schema } = placeFlags;
  const known = {
    db,
    'database-url': url,
    schema,
    offline: { type: 'boolean' },
    json: { type: 'boolean' },
    'after-restore': { type: 'boolean' },
    force: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...argv], options: known });
  const { 'after-restore': isAfterRestore = false, force = false, offline = false, json = false } = values;
  if (force && !isAfterRestore) throw new ChatError('invalid-request', '--force goes with --after-restore');
  const place = isAfterRestore ? neededPlace(values) : placeOf(values, true);
  return { place, isAfterRestore, force, offline, json };
}

function isRefused({ answer, key }: Checkup): boolean {
  return answer.state === 'key refused' && key === 'set';
}
