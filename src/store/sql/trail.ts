import type { Selectable } from 'kysely';
import { textOf } from '../audit/chain.ts';
import type { AuditEntry, Taken, TrailEnd } from '../audit/trail.ts';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import type { DecisionTable, TrailTable } from './schema.ts';
import { shape } from './shape.ts';
import { first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Puts on record what people have decided, while nobody else can append to the thread (rule S7). */
export function* record(
  database: Database,
  { decisions, tenant, thread }: ThreadKey & { readonly decisions: readonly Taken[] },
  now: number,
): Transaction<void> {
  if (decisions.length === 0) return;
  const key = { tenant, thread };
  const before = yield* endOf(database, key);
  const { entries, end } = database.notary.record(key, before, { decisions, now });
  for (const entry of entries) yield* run(entryWritten(database, entryRow(entry)));
  yield* run(endWritten(database, rowOf(key, end)));
}

const entryWritten = shape<DecisionTable, unknown>(({ tables }, value) =>
  tables.insertInto('decision').values({
    tenant: value('tenant'),
    thread: value('thread'),
    place: value('place'),
    at: value('at'),
    who: value('who'),
    json: value('json'),
    salt: value('salt'),
    digest: value('digest'),
    link: value('link'),
  }),
);

const endWritten = shape<TrailTable, unknown>(({ tables }, value) => {
  const moved = {
    entries: value('entries'),
    at: value('at'),
    link: value('link'),
    keyed: value('keyed'),
    salt: value('salt'),
    erased_at: value('erased_at'),
    seal: value('seal'),
  };
  return tables
    .insertInto('trail')
    .values({ tenant: value('tenant'), thread: value('thread'), ...moved })
    .onConflict((conflict) => conflict.columns(['tenant', 'thread']).doUpdateSet(moved));
});

/** Leaves of a trail the bare links, and names that nobody can read any more (rule S7). */
export function* close(database: Database, key: ThreadKey): Transaction<void> {
  const { tables, notary, now } = database;
  const end = yield* endOf(database, key);
  if (!end) return;
  const time = yield* first(tables.selectNoFrom(now.as('now')));
  const closed = notary.close(key, end, time!.now);
  const { tenant, thread } = key;
  yield* run(
    tables
      .updateTable('decision')
      .set({ json: null, salt: null })
      .where('tenant', '=', tenant)
      .where('thread', '=', thread),
    tables.updateTable('trail').set(rowOf(key, closed)).where('tenant', '=', tenant).where('thread', '=', thread),
  );
}

/** Whether people have decided in a thread of this id. */
export function* hasTrail({ tables }: Database, { tenant, thread }: ThreadKey): Transaction<boolean> {
  const row = tables.selectFrom('trail').select('entries').where('tenant', '=', tenant).where('thread', '=', thread);
  return (yield* first(row)) !== undefined;
}

/** The end of a trail as it stands in its row. */
export function endIn(row: Selectable<TrailTable>): TrailEnd {
  return {
    count: row.entries,
    at: row.at,
    link: row.link,
    isKeyed: row.keyed === 1,
    ...(row.salt !== null && { salt: row.salt }),
    ...(row.erased_at !== null && { erasedAt: row.erased_at }),
    seal: row.seal,
  };
}

function* endOf(database: Database, key: ThreadKey): Transaction<TrailEnd | undefined> {
  const row = yield* first(endRow(database, key));
  return row && endIn(row);
}

const endRow = shape<ThreadKey, Selectable<TrailTable>>(({ tables }, value) =>
  tables.selectFrom('trail').selectAll().where('tenant', '=', value('tenant')).where('thread', '=', value('thread')),
);

function rowOf({ tenant, thread }: ThreadKey, end: TrailEnd): TrailTable {
  const { count, at, link, isKeyed, salt = null, erasedAt = null, seal } = end;
  return { tenant, thread, entries: count, at, link, keyed: isKeyed ? 1 : 0, salt, erased_at: erasedAt, seal };
}

function entryRow({ decided, salt, ...entry }: AuditEntry): DecisionTable {
  return { ...entry, json: decided ? textOf(decided) : null, salt: salt ?? null };
}
