import { sql } from 'kysely';
import type { AliasedRawBuilder, RawBuilder } from 'kysely';
import type { Database } from './database.ts';

/** Objects that a query is given as one JSON array, however many: `item` in the query. */
export function itemsOf(database: Database, json: RawBuilder<string>): AliasedRawBuilder<{ value: unknown }, 'item'> {
  return database.each(json).as('item');
}

/** A text of the item. */
export function textIn(name: string): RawBuilder<string> {
  return sql<string>`item.value->>${sql.lit(name)}`;
}

/** A whole number of the item. */
export function numberIn(name: string): RawBuilder<number> {
  return sql<number>`cast(item.value->>${sql.lit(name)} as bigint)`;
}
