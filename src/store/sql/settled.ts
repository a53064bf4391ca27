import { sql } from 'kysely';
import type { Compilable, Expression, Selectable } from 'kysely';
import { format } from '../../conversation/parse.ts';
import { endsStop, isProgress, setsWake, speaks, takesDeltas } from '../admission.ts';
import type { Append } from '../store.ts';
import type { Database } from './database.ts';
import { runText } from './run-text.ts';
import type { ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import type { Value } from './shape.ts';

/** A thread as it stands when something is appended. */
export interface Standing extends Readonly<Selectable<ThreadTable>> {
  readonly now: number;
}

/** When the thread is due, now that it is settled. */
export type Settled = Readonly<Pick<Selectable<ThreadTable>, 'wake_at' | 'updated_at'>>;

/** Writes what the thread has come to. */
export function settled(database: Database, append: Append, standing: Standing): Compilable<Settled> {
  const { events, fence, status, error, release } = append;
  // Whoever gives it back had it when another thread wanted it to be looked at (rule C3).
  const goesOn = goesOnBehindStop(append, standing);
  const wake = goesOn || (release && standing.nudged === 1) ? 'now' : append.wake;
  // Whoever gives a thread back, or brings it on, was not killed by it (rule L6).
  const isWell = release || (fence && isProgress(events));
  const row: Standing = {
    ...standing,
    ...(status !== undefined && { status, error: error ?? null }),
    ...stopOf(append, standing),
    ...(isWell && { takeovers: 0 }),
    ...(release && { lease_holder: null, lease_until: null }),
    ...(wake === 'now' && { wake_at: standing.now }),
    seq: standing.seq + events.length,
    ...(events.length > 0 && { committed: standing.seq + events.length }),
    ...(takesDeltas(append) && superseding(standing)),
    places: standing.places + append.messages.length,
    format: Math.max(standing.format, format),
    run: runText(append.run),
  };
  if (!setsWake(append)) return settledAsBefore(database, row);
  return wake === 'now' ? settledNow(database, row) : settledByCalls(database, row);
}

/** In `stopped`, beside 0 and 1: somebody has said something since the stop was asked for. */
const spokenSince = 2;

function goesOnBehindStop(append: Append, { stopped }: Standing): boolean {
  return append.release === true && endsStop(append) && stopped === spokenSince;
}

function stopOf(append: Append, standing: Standing): Partial<Standing> {
  if (goesOnBehindStop(append, standing)) return { stopped: 0, status: 'working', error: null };
  if (endsStop(append)) return { stopped: 0 };
  return standing.stopped === 1 && speaks(append) ? { stopped: spokenSince } : {};
}

/** The whole message takes the place of its deltas (rule S4). */
function superseding({ deltas_after, superseded_at, now }: Standing): Partial<Standing> {
  return deltas_after === null ? {} : { deltas_after: null, superseded_at: superseded_at ?? now };
}

const settledAsBefore = settlement(false, (_, value) => value('wake_at'));

const settledNow = settlement(true, (_, value) => value('wake_at'));

/** It is due when the first of its calls is, by rows that nobody else can change meanwhile (rule S2). */
const settledByCalls = settlement(true, ({ tables }, value) => {
  const first = tables
    .selectFrom('tool_call')
    .select(({ fn }) => fn.min('due_at').as('due'))
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('id'))
    .where(sql<boolean>`due_at is not null`);
  return sql<number | null>`${first}`;
});

function settlement(wakes: boolean, wakeAt: (database: Database, value: Value<Standing>) => Expression<number | null>) {
  return shape<Standing, Settled>((database, value) =>
    database.tables
      .updateTable('thread')
      .set({
        seq: value('seq'),
        committed: value('committed'),
        deltas_after: value('deltas_after'),
        superseded_at: value('superseded_at'),
        status: value('status'),
        error: value('error'),
        stopped: value('stopped'),
        takeovers: value('takeovers'),
        lease_holder: value('lease_holder'),
        lease_until: value('lease_until'),
        wake_at: wakeAt(database, value),
        places: value('places'),
        format: value('format'),
        run: value('run'),
        updated_at: value('now'),
        changed: database.change,
      })
      .where('tenant', '=', value('tenant'))
      .where('id', '=', value('id'))
      .returning(['wake_at', 'updated_at'])
      .returning(database.tell(({ tenant, id }: Standing) => ({ tenant, thread: id }), wakes).as('told')),
  );
}
