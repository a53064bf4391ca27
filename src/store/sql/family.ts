import { sql } from 'kysely';
import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import type { Tables, ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import type { Value } from './shape.ts';
import { all, first } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/**
 * Has a thread looked at, by whoever has it or by the next one (rule C3). Where a parent and its child do that to each other
 * at once the database ends one of them, which is played again.
 */
export function* nudge(database: Database, key: ThreadKey): Transaction<void> {
  const row = yield* first(nudged(database, key));
  if (row) yield { ...key, notBefore: row.now, now: row.now };
}

const nudged = shape<ThreadKey, { readonly now: number }>(({ tables, now, change, tell }, value) =>
  tables
    .updateTable('thread')
    .set({ wake_at: now as RawBuilder<number>, nudged: 1, changed: change })
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread'))
    .returning(now.as('now'))
    .returning(tell((key: ThreadKey) => key, true).as('told')),
);

/** A thread that people speak in, with all that were opened for its calls; locked until the transaction ends. */
export function* familyOf(database: Database, key: ThreadKey): Transaction<readonly ThreadKey[]> {
  let rows = yield* all(familyRows(database, key));
  // What was opened while a lock was waited for is seen by the next look alone (rule S7).
  for (let more = database.locks; more;) {
    const now = yield* all(familyRows(database, key));
    more = now.length > rows.length;
    rows = now;
  }
  return rows.map(({ id }) => ({ tenant: key.tenant, thread: id }));
}

const familyRows = shape<ThreadKey, Row>((database, value) =>
  database.tables
    .selectFrom('thread')
    .select('id')
    .where('tenant', '=', value('tenant'))
    .where('id', 'in', idsWithin(database, value))
    .where(({ eb, or }) => or([eb('root', 'is', null), eb('root', '=', value('thread'))]))
    .orderBy('id')
    .$if(database.locks, (query) => query.forUpdate()),
);

type Row = Pick<ThreadTable, 'id'>;

/** Ids of a thread and of those that were opened for its calls: of two looks, since one would read all threads of the tenant. */
export function idsWithin({ tables }: Database, value: Value<ThreadKey>): SelectQueryBuilder<Tables, 'thread', Row> {
  const of = (column: 'id' | 'root') =>
    tables.selectFrom('thread').select('id').where('tenant', '=', value('tenant')).where(column, '=', value('thread'));
  return of('id').unionAll(of('root'));
}

/** A column that no index is to be read in order of: a thread has few rows, where its tenant may have very many. */
export function unordered<Type>(column: string): RawBuilder<Type> {
  return sql<Type>`coalesce(${sql.ref(column)}, ${sql.ref(column)})`;
}
