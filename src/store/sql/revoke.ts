import { sql } from 'kysely';
import type { Compilable, RawBuilder, Selectable } from 'kysely';
import type { Revocation, RevocationAnswer } from '../store.ts';
import type { ThreadKey } from '../thread.ts';
import { unsureStates } from '../unsure.ts';
import type { Database } from './database.ts';
import { pageOf, placeIn, rowsAsked } from './place.ts';
import type { ThreadTable } from './schema.ts';
import { all, first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Takes a page of threads from whoever has them (rule E8). */
export function* revoke(database: Database, query: Revocation, nonce: string): Transaction<RevocationAnswer> {
  const after = placeIn(query, ['string', 'string']);
  const rows = yield* all(threadsBehind(database, query, after));
  const placeOf = ({ tenant, id }: ThreadRow): readonly string[] => [tenant, id];
  const { items, next } = pageOf(rows, { query, placeOf, toItem: (row) => row });
  const held = query.force ? undefined : after ? items.find(isHeld) : yield* first(heldThread(database));
  if (held) {
    return { type: 'held', thread: { tenant: held.tenant, thread: held.id }, holder: held.lease_holder ?? '' };
  }
  const last = items.at(-1);
  if (!last) return { type: 'revoked', count: 0, unsure: [] };
  const range = { after, upTo: placeOf(last) };
  yield* run(taken(database, range, nonce));
  // Looked for behind the locks of the threads: nobody can move their calls meanwhile.
  const unsure = yield* all(unsureThreads(database, range));
  return { type: 'revoked', count: items.length, unsure, ...(next !== undefined && { next }) };
}

type ThreadRow = Readonly<Pick<Selectable<ThreadTable>, 'tenant' | 'id' | 'lease_holder' | 'lease_until'>> & {
  readonly now: number;
};

const columns = ['tenant', 'id', 'lease_holder', 'lease_until'] as const;

function threadsBehind(
  { tables, locks, now }: Database,
  query: Revocation,
  after: readonly unknown[] | undefined,
): Compilable<ThreadRow> {
  return tables
    .selectFrom('thread')
    .select([...columns, now.as('now')])
    .$if(after !== undefined, (threads) => threads.where(sql<boolean>`(tenant, id) > (${sql.join(after!)})`))
    .orderBy('tenant')
    .orderBy('id')
    .limit(rowsAsked(query))
    .$if(locks, (threads) => threads.forUpdate());
}

function isHeld({ lease_until, now }: ThreadRow): boolean {
  return lease_until !== null && lease_until > now;
}

/** Any thread that somebody keeps: the whole table is read for that. */
function heldThread({ tables, now }: Database): Compilable<ThreadRow> {
  return tables
    .selectFrom('thread')
    .select([...columns, now.as('now')])
    .where('lease_until', '>', now as RawBuilder<number>)
    .limit(sql.lit(1));
}

/** Places of threads: behind one of them, up to another. */
interface Range {
  readonly after: readonly unknown[] | undefined;
  readonly upTo: readonly unknown[];
}

function within({ after, upTo }: Range, columnsOf: RawBuilder<unknown>): RawBuilder<boolean> {
  const isUpTo = sql<boolean>`(${columnsOf}) <= (${sql.join(upTo)})`;
  return after ? sql<boolean>`(${columnsOf}) > (${sql.join(after)}) and ${isUpTo}` : isUpTo;
}

/** One in which something may have been started is left to whoever puts that in doubt: until then nobody is to take it. */
function taken({ tables, now }: Database, range: Range, nonce: string): Compilable {
  return tables
    .updateTable('thread')
    .set(({ exists, selectFrom, case: when }) => ({
      epoch: sql<number>`epoch + 1`,
      nonce,
      lease_holder: null,
      lease_until: null,
      wake_at: when()
        .when(
          exists(
            selectFrom('tool_call')
              .select('tool_call.id')
              .whereRef('tool_call.tenant', '=', 'thread.tenant')
              .whereRef('tool_call.thread', '=', 'thread.id')
              .where('tool_call.state', 'in', unsureStates),
          ),
        )
        .then(sql<number | null>`null`)
        .when('lease_until', 'is not', null)
        .then(now as RawBuilder<number | null>)
        .else(sql<number | null>`wake_at`)
        .end(),
    }))
    .where(within(range, sql`tenant, id`));
}

function unsureThreads({ tables }: Database, range: Range): Compilable<ThreadKey> {
  return tables
    .selectFrom('tool_call')
    .select(['tenant', 'thread'])
    .distinct()
    .where(within(range, sql`tenant, thread`))
    .where('state', 'in', unsureStates);
}
