import { ChatError } from '../../conversation/error.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import type { OpenWaker } from '../waker.ts';
import { channelOf, postgresDatabase } from './database.ts';
import { openPool, survives } from './pool.ts';
import type { OpenPool, PostgresPool } from './pool.ts';
import { PostgresRunner } from './runner.ts';

export type { PostgresPool } from './pool.ts';
export { pgBossWaker } from './pg-boss.ts';
export type { PgBossWakerOptions } from './pg-boss.ts';
export type { OpenWaker, Wake, Waker, WakerPlace, WakerQueries } from '../waker.ts';
export type { ThreadKey } from '../thread.ts';

/** Where the database is: one of the two. */
export type PostgresPlace =
  | { readonly connectionString: string; readonly pool?: never }
  /**
   * A pool of the package `pg`, which stays yours to end. While somebody subscribes, one of its connections listens. Give it a
   * `connectionTimeoutMillis`: without one it waits for ever for a Postgres that takes connections and says nothing.
   */
  | { readonly pool: PostgresPool; readonly connectionString?: never };

/** What a store on Postgres may be given. */
export interface PostgresStoreOptions {
  /** The schema that holds the tables: small letters, digits and `_`. Default: `yourcall`. */
  readonly schema?: string;
  /** How long a database that cannot be reached is waited for, in milliseconds, before `ChatError` `network`. Default: 10,000. */
  readonly patience?: number;
  /**
   * Keeps the audit trail under HMAC-SHA-256: then `verifyAudit` finds whatever was changed, added or deleted by somebody without
   * this secret. Without it only the order of the trail is claimed: whoever can write to the database can write it anew.
   * From the first decision on, and in every process the same.
   */
  readonly auditSecret?: string;
  /**
   * What wakes threads beside NOTIFY and the clock of each process, such as `pgBossWaker()`. Every process on these threads
   * needs it, or none.
   */
  readonly waker?: OpenWaker;
}

/**
 * A store in a Postgres database, for processes on many machines. It needs the package `pg`. The tables are made, and brought
 * to the newest version, by the first call; tables of a newer release are refused with `ChatError` `format`.
 *
 * @example
 * const store = postgresStore({ connectionString: 'postgres://localhost/chats' });
 */
export function postgresStore(
  { connectionString, pool }: PostgresPlace,
  { schema = 'yourcall', patience = 10_000, auditSecret, waker }: PostgresStoreOptions = {},
): Store {
  if (!/^[a-z_][a-z0-9_]{0,49}$/.test(schema)) {
    throw new ChatError(
      'invalid-request',
      `Opening a store on Postgres: ${JSON.stringify(schema)} is no name of a schema.`,
    );
  }
  const database = postgresDatabase(schema, auditSecret);
  const given = (): OpenPool => ({ pool: survives(pool!), close: async () => {} });
  const open = async (): Promise<OpenPool> => (pool ? given() : openPool(connectionString!));
  const channel = channelOf(schema);
  return new SqlStore(database, new PostgresRunner({ open, database, channel, patience, openWaker: waker }));
}
