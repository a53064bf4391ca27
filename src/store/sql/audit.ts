import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import type { AuditEntry, AuditQuery, Taken, Trail, TrailQuery } from '../audit/trail.ts';
import type { Page } from '../page.ts';
import type { Database } from './database.ts';
import { pageOf, placeIn, rowsAsked } from './place.ts';
import type { DecisionTable } from './schema.ts';
import { endIn } from './trail.ts';
import { all } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** What people have decided, from the oldest or the newest on. */
export function* audit({ tables }: Database, query: AuditQuery): Transaction<Page<AuditEntry>> {
  const { tenant, thread } = query;
  const [behind, order] = query.order === 'newest-first' ? (['<', 'desc'] as const) : (['>', 'asc'] as const);
  const after = placeIn(query, ['number', 'string', 'number']);
  const entries = tables.selectFrom('decision').selectAll().where('tenant', '=', tenant).limit(rowsAsked(query));
  // In one thread places are in the order of times.
  const wanted =
    thread === undefined
      ? entries
          .$if(after !== undefined, (rows) => rows.where(isBehind(behind, after!)))
          .orderBy('at', order)
          .orderBy('thread', order)
          .orderBy('place', order)
      : entries
          .where('thread', '=', thread)
          .$if(after !== undefined, (rows) => rows.where('place', behind, Number(after![2])))
          .orderBy('place', order);
  return pageOf(yield* all(wanted), {
    query,
    placeOf: ({ at, thread: where, place }) => [at, where, place],
    toItem: entryIn,
  });
}

/** Whole trails, in the order of their threads. */
export function* trails(database: Database, query: TrailQuery): Transaction<Page<Trail>> {
  const { tenant } = query;
  const names = yield* namesOf(database, query);
  const page = pageOf(names, { query, placeOf: ({ thread }) => [thread], toItem: ({ thread }) => thread });
  if (page.items.length === 0) return { items: [] };
  const { tables } = database;
  const ends = yield* all(
    tables.selectFrom('trail').selectAll().where('tenant', '=', tenant).where('thread', 'in', page.items),
  );
  const entries = yield* all(
    tables
      .selectFrom('decision')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('thread', 'in', page.items)
      .orderBy('thread')
      .orderBy('place'),
  );
  const endOf = new Map(ends.map((row) => [row.thread, endIn(row)]));
  const entriesOf = Map.groupBy(entries.map(entryIn), ({ thread }) => thread);
  const items = page.items.map((thread): Trail => {
    const end = endOf.get(thread);
    return { tenant, thread, ...(end && { end }), entries: entriesOf.get(thread) ?? [] };
  });
  return { ...page, items };
}

/** Tenants in whose threads somebody has decided. */
export function* auditedTenants({ tables }: Database): Transaction<readonly string[]> {
  const rows = yield* all(
    tables.selectFrom('trail').select('tenant').union(tables.selectFrom('decision').select('tenant')).orderBy('tenant'),
  );
  return rows.map(({ tenant }) => tenant);
}

/** Threads that have entries, or an end: whoever deletes one of both leaves the other. */
function* namesOf({ tables }: Database, query: TrailQuery): Transaction<readonly { readonly thread: string }[]> {
  const { tenant, thread } = query;
  const [after] = placeIn(query, ['string']) ?? [];
  const of = (table: 'trail' | 'decision') =>
    tables
      .selectFrom(table)
      .select('thread')
      .where('tenant', '=', tenant)
      .$if(thread !== undefined, (rows) => rows.where('thread', '=', thread!))
      .$if(after !== undefined, (rows) => rows.where('thread', '>', String(after)));
  return yield* all(of('trail').union(of('decision')).orderBy('thread').limit(rowsAsked(query)));
}

function isBehind(behind: '<' | '>', after: readonly (number | string)[]): RawBuilder<boolean> {
  return sql<boolean>`(at, thread, place) ${sql.raw(behind)} (${sql.join(after)})`;
}

function entryIn({ json, salt, ...row }: Selectable<DecisionTable>): AuditEntry {
  const { tenant, thread, place, at, who, digest, link } = row;
  return {
    tenant,
    thread,
    place,
    at,
    who,
    ...(json !== null && decidedIn(json)),
    ...(salt !== null && { salt }),
    digest,
    link,
  };
}

/** Nothing when somebody has made it unreadable, which is for `verifyTrail` to say. */
function decidedIn(json: string): Pick<AuditEntry, 'decided'> {
  try {
    // Only what `record` was given stands here, or its digest does not fit.
    return { decided: JSON.parse(json) as Taken };
  } catch {
    return {};
  }
}
