import { sql } from 'kysely';
import type { Stall } from '../store.ts';
import type { Database } from './database.ts';
import { run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** How long it is kept that a process stood still, in milliseconds. */
export const dayLong: number = 24 * 60 * 60 * 1_000;

/** Notes that a process stood still, and forgets what is a day old (rule E9). */
export function* noteStall({ tables, now }: Database, { holder, length }: Stall): Transaction<void> {
  const noted = { at: now, length: Math.round(length) };
  yield* run(
    tables.deleteFrom('stall').where(sql<boolean>`at < ${now} - ${sql.lit(dayLong)}`),
    tables
      .insertInto('stall')
      .values({ holder, ...noted })
      .onConflict((conflict) => conflict.column('holder').doUpdateSet(noted)),
  );
}
