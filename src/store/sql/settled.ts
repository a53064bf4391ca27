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

/** A thread before an append and behind it. */
export interface Moved {
  readonly before: Standing;
  readonly after: Standing;
}

/** When the thread is due, now that it is settled. */
export type Settled = Readonly<Pick<Selectable<ThreadTable>, 'wake_at' | 'updated_at'>>;

/** What a thread comes to by an append, which takes it only under a nonce. */
export function standingAfter(append: Append, standing: Standing, nonce?: string): Standing {
  const { events, fence, status, error, release } = append;
  // Whoever gives a thread back, or brings it on, was not killed by it (rule L6).
  const isWell = release || (fence && isProgress(events));
  return {
    ...standing,
    ...(status !== undefined && { status, error: error ?? null }),
    ...stopOf(append, standing),
    ...(isWell && { takeovers: 0 }),
    ...(release && { lease_holder: null, lease_until: null }),
    ...takenBy(append, standing, nonce),
    ...(wakeOf(append, standing) === 'now' && { wake_at: standing.now }),
    seq: standing.seq + events.length,
    ...(events.length > 0 && { committed: standing.seq + events.length }),
    ...(takesDeltas(append) && superseding(standing)),
    places: standing.places + append.messages.length,
    format: Math.max(standing.format, format),
    run: runText(append.run),
    updated_at: standing.now,
  };
}

/** Writes what a thread has come to by an append. */
export function settled(database: Database, append: Append, { before, after }: Moved): Compilable<Settled> {
  // Whoever takes it has it looked at.
  if (isTaken({ before, after })) return settledTaken(database, after);
  if (!setsWake(append)) return settledHeld(database, after);
  return wakeOf(append, before) === 'now' ? settledNow(database, after) : settledByCalls(database, after);
}

/** Whether the thread was taken with the append. */
export function isTaken({ before, after }: Moved): boolean {
  return after.epoch !== before.epoch;
}

/** Nobody has it, and it is due behind the append: whoever appends may take it, as by a claim (rule E8). */
function takenBy({ claim, wake }: Append, standing: Standing, nonce: string | undefined): Partial<Standing> {
  const isFree = wake === 'now' && standing.lease_until === null && standing.archived_at === null;
  if (nonce === undefined || !isFree || !claim?.chats.includes(standing.chat)) return {};
  const { holder, lease } = claim;
  const held = { lease_holder: holder, lease_until: standing.now + Math.round(lease) };
  return { epoch: standing.epoch + 1, nonce, nudged: 0, ...held };
}

/** Whoever gives it back had it when another thread wanted it to be looked at (rule C3). */
function wakeOf(append: Append, standing: Standing): Append['wake'] {
  const isNudged = append.release === true && standing.nudged === 1;
  return goesOnBehindStop(append, standing) || isNudged ? 'now' : append.wake;
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

/** Its holder goes on: what says whose it is, and when it is due, is not written, and neither are the indexes of that. */
const settledHeld = settlement(false);

const settledTaken = settlement(false, asGiven);

const settledNow = settlement(true, asGiven);

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

function asGiven(_: Database, value: Value<Standing>): Expression<number | null> {
  return value('wake_at');
}

type WakeAt = (database: Database, value: Value<Standing>) => Expression<number | null>;

function settlement(wakes: boolean, wakeAt?: WakeAt) {
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
        places: value('places'),
        format: value('format'),
        run: value('run'),
        updated_at: value('updated_at'),
        changed: database.change,
        ...(wakeAt && { ...leaseIn(value), wake_at: wakeAt(database, value) }),
      })
      .where('tenant', '=', value('tenant'))
      .where('id', '=', value('id'))
      .returning(['wake_at', 'updated_at'])
      .returning(database.tell(({ tenant, id }: Standing) => ({ tenant, thread: id }), wakes).as('told')),
  );
}

function leaseIn(value: Value<Standing>) {
  return {
    lease_holder: value('lease_holder'),
    lease_until: value('lease_until'),
    epoch: value('epoch'),
    nonce: value('nonce'),
    nudged: value('nudged'),
  };
}
