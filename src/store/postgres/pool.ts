import type { Pool } from 'pg';
import { ChatError } from '../../conversation/error.ts';

/** What is used of a pool of the package `pg`. */
export interface PostgresPool {
  readonly options?: { readonly max?: number | undefined };
  connect(): Promise<PostgresClient>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'connect', listener: (client: PostgresClient) => void): unknown;
}

/** What is used of a client of a pool. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<{ readonly rows: unknown[] }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'notification', listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(
    event: 'notification',
    listener: (message: { readonly payload?: string | undefined }) => void,
  ): unknown;
  /** Gives it back; broken when nobody is to use it again. */
  release(broken?: boolean): void;
}

/** A query as `pg` takes it. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
  /** Under which a connection keeps it; absent: not at all. */
  readonly name?: string;
  /** Absent: as `pg` reads them. */
  readonly types?: { getTypeParser(type: number, format?: string): (text: string) => unknown };
}

/** A pool, and what ends it. */
export interface OpenPool {
  readonly pool: PostgresPool;
  close(): Promise<void>;
}

/** A pool of our own. Throws `ChatError` `unsupported` when `pg` is not installed. */
export async function openPool(connectionString: string): Promise<OpenPool> {
  const Pool = await poolOfPg();
  const pool = new Pool({ connectionString, keepAlive: true, connectionTimeoutMillis: 10_000 });
  return { pool: survives(pool), close: () => pool.end() };
}

/**
 * A connection that breaks would end the process, if nobody listened: while it lies in the pool, and also between two who
 * use it and while it is thrown away.
 */
export function survives(pool: PostgresPool): PostgresPool {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Takes a client for a while; one that broke is not given back for others to use. */
export async function withClient<Answer>(
  pool: PostgresPool,
  use: (client: PostgresClient) => Promise<Answer>,
): Promise<Answer> {
  const client = await pool.connect();
  // What breaks shows in the query that waits, or in the next one.
  const ignore = (): void => {};
  client.on('error', ignore);
  let isBroken = true;
  try {
    const answer = await use(client);
    isBroken = false;
    return answer;
  } finally {
    client.removeListener('error', ignore);
    client.release(isBroken);
  }
}

async function poolOfPg(): Promise<typeof Pool> {
  try {
    return (await import('pg')).Pool;
  } catch (cause) {
    throw new ChatError('unsupported', 'Opening a store on Postgres: install the package `pg`.', { cause });
  }
}
