import { sql } from 'kysely';
import type { Page } from '../page.ts';
import type { ThreadQuery } from '../store.ts';
import type { Thread } from '../thread.ts';
import type { Database } from './database.ts';
import { unordered } from './family.ts';
import { pageOf, placeIn, rowsAsked } from './place.ts';
import { shown, threadOf } from './thread-row.ts';
import { all } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Threads of a tenant, the one that changed last first. */
export function* list({ tables }: Database, query: ThreadQuery): Transaction<Page<Thread>> {
  const { tenant, owner, archived = false, within } = query;
  const place = placeIn(query, ['number', 'string']);
  const changed = within === undefined ? sql.ref<number>('changed') : unordered<number>('changed');
  // By themselves: SQLite would read all threads of the tenant for what else it needs of each.
  const idsUnder = tables.selectFrom('thread').select('id').where('tenant', '=', tenant).where('root', '=', within!);
  const rows = yield* all(
    tables
      .selectFrom('thread')
      .select([...shown, 'changed'])
      .where('tenant', '=', tenant)
      .$if(owner !== undefined, (threads) => threads.where('owner', '=', owner!))
      .$if(within === undefined, (threads) => threads.where(sql<boolean>`root is null`))
      .$if(within !== undefined, (threads) => threads.where('id', 'in', idsUnder))
      .where(archived ? sql<boolean>`archived_at is not null` : sql<boolean>`archived_at is null`)
      .$if(place !== undefined, (threads) => threads.where(sql<boolean>`(${changed}, id) < (${sql.join(place!)})`))
      .orderBy(changed, 'desc')
      .orderBy('id', 'desc')
      .limit(rowsAsked(query)),
  );
  return pageOf(rows, { query, placeOf: ({ changed, id }) => [changed, id], toItem: threadOf });
}
