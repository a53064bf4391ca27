import { ChatError, messageOf } from '../../conversation/error.ts';
import type { CompiledQuery } from 'kysely';
import { checked, isWake } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import type { Wake, Waker, WakerQueries } from '../waker.ts';
import type { PostgresClient, PostgresQuery } from './pool.ts';
import { isPassing } from './passing.ts';
import { usualPatience, within } from './silence.ts';
import type { Statements } from './statements.ts';
import { bytesIn } from './bytes.ts';

/** Longest wait for a lock, and longest time that a process which froze may keep one, in milliseconds. */
const limits = { lock_timeout: 5_000, idle_in_transaction_session_timeout: 10_000 };

/** Type ids of Postgres for int8 and int4, and for bytea; all else that is read is text. */
const numbers = new Set([20, 23]);
const byteArray = 17;
const types: NonNullable<PostgresQuery['types']> = {
  getTypeParser: (type) => (numbers.has(type) ? Number : type === byteArray ? bytesIn : (text) => text),
};

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

/** Where a transaction is played, and how. */
export interface Playing {
  readonly client: PostgresClient;
  readonly how: keyof typeof begin;
  readonly statements: Statements;
  /** How long each answer is waited for, in milliseconds. Default: that of `usualPatience`. */
  readonly limit?: number | undefined;
  /** Is told of its wakes while it is open. */
  readonly waker?: Waker | undefined;
  /** Is told of them when it is committed. */
  readonly onWake?: (wake: Wake) => void;
}

/** Plays a transaction. When it fails, its connection may be used no more: so it is undone, if it was not committed. */
export async function play<Answer>(playing: Playing, transaction: Transaction<Answer>): Promise<Answer> {
  const { client, how, limit, onWake } = playing;
  const wakes: Wake[] = [];
  const beginning = begin[how];
  if (beginning !== undefined) await run(client, beginning, { limit });
  let step = transaction.next([]);
  while (!step.done) {
    if (isWake(step.value)) wakes.push(step.value);
    step = transaction.next(await rowsOf(playing, step.value));
  }
  if (beginning !== undefined) await run(client, 'commit', { limit });
  if (onWake) for (const wake of wakes) onWake(wake);
  return step.value;
}

async function rowsOf(
  { client, waker, statements, limit }: Playing,
  step: CompiledQuery | Wake,
): Promise<readonly unknown[]> {
  if (!isWake(step)) {
    const { sql, parameters } = step;
    return run(client, sql, { parameters, name: statements.nameOf(sql, parameters.length), limit });
  }
  // A job is committed with the state that it is about, or undone with it (rule S3).
  await waker?.wake(queriesOf(client, limit), step).catch((error: unknown) => {
    throw isPassing(error) ? error : notWoken(step, error);
  });
  return [];
}

/** It is nothing that the thread has done, and what it is missing may come back. */
function notWoken({ thread }: Wake, cause: unknown): ChatError {
  const message = `Storing that thread ${thread} is to be woken, by the waker of the store: ${messageOf(cause)}.`;
  return new ChatError('network', message, { retryable: true, cause });
}

/** Runs what others ask of a client, and gives them rows as `pg` reads them. */
export function queriesOf(client: PostgresClient, limit: number = usualPatience.answer): WakerQueries {
  return (text, values = []) => within(limit, client.query({ text, values: [...values] }));
}

/** Runs one query; with a name, its connection keeps it. */
export async function run(client: PostgresClient, text: string, more: Values = {}): Promise<readonly unknown[]> {
  const { parameters = [], name, limit = usualPatience.answer } = more;
  const values = [...checked(parameters)];
  const asked = client.query({ text, values, types, ...(name !== undefined && { name }) });
  const { rows } = await within(limit, asked);
  return rows;
}

interface Values {
  readonly parameters?: readonly unknown[];
  readonly name?: string | undefined;
  /** How long the answer is waited for, in milliseconds. */
  readonly limit?: number | undefined;
}
