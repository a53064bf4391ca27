import { sql } from 'kysely';
import type { ExpressionBuilder } from 'kysely';
import { freshRun } from '../../conversation/draft.ts';
import { format } from '../../conversation/parse.ts';
import type { Renewal, ThreadChange } from '../store.ts';
import type { Fence, NewThread, ThreadKey } from '../thread.ts';
import { blobsErased } from './blobs.ts';
import type { Database } from './database.ts';
import { familyOf } from './family.ts';
import { grantsErased } from './grants.ts';
import { runText } from './run-text.ts';
import type { Tables, ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import { close, hasTrail } from './trail.ts';
import { first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Makes a thread, unless its id is taken. By the nonce it knows one that it has made before (rule E8). */
export function* create(database: Database, made: NewThread, nonce: string): Transaction<boolean> {
  if (yield* first(insert(database, { ...made, nonce }))) return !(yield* takenBack(database, made));
  const there = yield* first(database.tables.selectFrom('thread').select('nonce').where(is(made)));
  return there?.nonce === nonce;
}

/** An id under which people have decided is not given out again (rule S7). Looked at behind the insertion, which waits for an erasure. */
function* takenBack(database: Database, made: NewThread): Transaction<boolean> {
  if (!(yield* hasTrail(database, made))) return false;
  yield* run(database.tables.deleteFrom('thread').where(is(made)));
  return true;
}

const insert = shape<NewThread & { readonly nonce: string }, unknown>(({ tables, now, change, tell }, value) =>
  tables
    .insertInto('thread')
    .values({
      tenant: value('tenant'),
      id: value('thread'),
      owner: value(({ owner }) => owner ?? null),
      title: value(({ title }) => (title === undefined ? null : JSON.stringify(title))),
      chat: value('chat'),
      nonce: value('nonce'),
      status: 'new',
      run: runText(freshRun),
      format,
      seq: 0,
      committed: 0,
      epoch: 0,
      stopped: 0,
      takeovers: 0,
      places: 0,
      root: value(({ within }) => within?.[0]?.thread ?? null),
      within: value(({ within }) => (within ? JSON.stringify(within) : null)),
      nudged: 0,
      changed: change,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['tenant', 'id']).doNothing())
    .returning(tell((made: NewThread) => made).as('told')),
);

/** Renames or archives a thread. */
export function* update(database: Database, key: ThreadKey, { title, archived }: ThreadChange): Transaction<boolean> {
  const { tables, now, change, tell } = database;
  // Nobody was told of what came due while it was archived.
  const wakes = archived === false;
  const row = yield* first(
    tables
      .updateTable('thread')
      .set({ updated_at: now, changed: change })
      .$if(title !== undefined, (query) => query.set({ title: JSON.stringify(title) }))
      .$if(archived !== undefined, (query) => query.set({ archived_at: archived ? now : null }))
      .where(is(key))
      .returning(['wake_at', 'updated_at'])
      .returning(tell(() => key, wakes).as('told')),
  );
  if (wakes && row && row.wake_at !== null) yield { ...key, notBefore: row.wake_at, now: row.updated_at };
  return row !== undefined;
}

/** Deletes a thread, with those that were opened for its calls, unless a call runs or is in doubt in one of them (rule S7). */
export function* erase(database: Database, key: ThreadKey): Transaction<'erased' | 'refused' | 'missing'> {
  const { tables } = database;
  const thread = yield* first(tables.selectFrom('thread').select('root').where(is(key)));
  // One that was opened for a call goes with the outermost.
  if (thread && thread.root !== null) return 'refused';
  const family = yield* familyOf(database, key);
  // Nor is it there when somebody else has erased it while the lock was waited for.
  if (family.length === 0) return 'missing';
  const ids = family.map((one) => one.thread);
  const calls = tables.selectFrom('tool_call').select('id').where('tenant', '=', key.tenant).where('thread', 'in', ids);
  if (yield* first(calls.where('state', 'in', ['running', 'in-doubt']).limit(1))) return 'refused';
  for (const one of family) yield* eraseOne(database, one);
  return 'erased';
}

function* eraseOne(database: Database, key: ThreadKey): Transaction<void> {
  const { tables } = database;
  for (const table of ['message', 'tool_call', 'addressee', 'event'] as const) {
    yield* run(tables.deleteFrom(table).where('tenant', '=', key.tenant).where('thread', '=', key.thread));
  }
  yield* blobsErased(database, key);
  yield* grantsErased(database, key);
  // Whoever watches it hears at once that it is gone.
  yield* run(
    tables
      .deleteFrom('thread')
      .where(is(key))
      .returning(database.tell(() => key).as('told')),
  );
  yield* close(database, key);
}

/** Asks that the run be stopped that is under way (rule E7). */
export function* stop(database: Database, key: ThreadKey): Transaction<boolean> {
  const { tables, change, tell } = database;
  const row = yield* first(
    tables
      .updateTable('thread')
      .set({ stopped: 1, changed: change })
      .where(is(key))
      // A run that a time has begun has told nothing yet: its thread is paused, and held.
      .where(({ eb, or }) =>
        or([eb('status', '=', 'working'), eb('status', '=', 'paused').and('lease_until', 'is not', null)]),
      )
      .returning(tell(() => key).as('told')),
  );
  return row !== undefined;
}

/** Keeps a thread for longer. */
export function* renew(database: Database, renewal: RenewalOf): Transaction<Renewal> {
  return renewalOf(yield* first(prolong(database, renewal)));
}

/** Says whether a thread is still its holder's (rule E9). */
export function* check(database: Database, held: ThreadKey & Fence): Transaction<Renewal> {
  const row = yield* first(heldRow(database, held));
  // One that was demoted, or is still to catch up, may have the row as it was: its word starts no effect (rules E8, E9).
  if (row?.primary === 0) throw Object.assign(new Error('the database only repeats what another one does'), readOnly);
  return renewalOf(row);
}

/** As Postgres says it where something is to be written: another connection may lead to the one that has taken over. */
const readOnly = { code: '25006' };

function renewalOf(row: HeldRow | undefined): Renewal {
  return row
    ? { type: 'held', seq: row.seq, committed: row.committed, stopped: row.stopped > 0, now: row.now }
    : { type: 'fenced' };
}

type HeldRow = Pick<ThreadTable, 'seq' | 'committed' | 'stopped'> & { readonly now: number };

const heldRow = shape<ThreadKey & Fence, HeldRow & { readonly primary: number }>(({ tables, now, isPrimary }, value) =>
  tables
    .selectFrom('thread')
    .select(['seq', 'committed', 'stopped', now.as('now'), isPrimary.as('primary')])
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread'))
    .where('epoch', '=', value('epoch'))
    .where('nonce', '=', value('nonce'))
    .where('lease_until', 'is not', null),
);

/** Which thread is to be kept, by whom, for how long. */
export interface RenewalOf extends ThreadKey, Fence {
  readonly milliseconds: number;
}

const prolong = shape<RenewalOf, HeldRow>(({ tables, now }, value) =>
  tables
    .updateTable('thread')
    .set({ lease_until: sql<number>`${now} + ${value(({ milliseconds }) => Math.round(milliseconds))}` })
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread'))
    .where('epoch', '=', value('epoch'))
    .where('nonce', '=', value('nonce'))
    .where('lease_until', 'is not', null)
    .returning(['seq', 'committed', 'stopped', now.as('now')]),
);

/** The time by which leases and due times are measured. */
export function* time({ tables, now }: Database): Transaction<number> {
  const row = yield* first(tables.selectNoFrom(now.as('now')));
  return row!.now;
}

function is({ tenant, thread }: ThreadKey) {
  return ({ and }: ExpressionBuilder<Tables, 'thread'>) => and({ tenant, id: thread });
}
