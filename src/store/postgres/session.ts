import { checked } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import type { PostgresClient, PostgresQuery } from './pool.ts';

/** Longest wait for a lock, and longest time that a process which froze may keep one, in milliseconds. */
const limits = { lock_timeout: 5_000, idle_in_transaction_session_timeout: 10_000 };

/** Type ids of Postgres for int8 and int4; all else that is read is text. */
const numbers = new Set([20, 23]);
const types: PostgresQuery['types'] = { getTypeParser: (type) => (numbers.has(type) ? Number : (text) => text) };

/** What is committed survives a loss of power, whatever the database is set to; what is stronger than that stays (rule E8). */
const durable = `set_config('synchronous_commit', case when current_setting('synchronous_commit') in ('off', 'local')
  then 'on' else current_setting('synchronous_commit') end, true)`;
const limited = Object.entries(limits).map(([name, value]) => `set_config('${name}', '${value}', true)`);

/**
 * How a transaction begins: one that writes sees what others have committed, one that reads a single moment (rule S5). One
 * that only looks is a single query, and a transaction by itself.
 */
const begin = {
  write: `begin isolation level read committed; select ${[durable, ...limited].join(', ')}`,
  read: 'begin isolation level repeatable read read only',
  look: undefined,
};

/** Plays a transaction. When it fails, its connection may be used no more: so it is undone, if it was not committed. */
export async function play<Answer>(
  client: PostgresClient,
  how: keyof typeof begin,
  transaction: Transaction<Answer>,
): Promise<Answer> {
  const beginning = begin[how];
  if (beginning !== undefined) await run(client, beginning);
  let step = transaction.next([]);
  while (!step.done) {
    const { sql, parameters } = step.value;
    step = transaction.next(await run(client, sql, parameters));
  }
  if (beginning !== undefined) await run(client, 'commit');
  return step.value;
}

/** Runs one query. */
export async function run(
  client: PostgresClient,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<readonly unknown[]> {
  const { rows } = await client.query({ text, values: [...checked(parameters)], types });
  return rows;
}
