import { SqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import { sqliteDatabase } from './database.ts';
import { SqliteRunner } from './runner.ts';

/** What a store on SQLite may be given. */
export interface SqliteStoreOptions {
  /** Milliseconds since the epoch, the same for all processes on the file. Default: `Date.now`. */
  readonly now?: () => number;
  /** How long a lock of another process is waited for, in milliseconds, before `ChatError` `busy`. Default: 30,000. */
  readonly patience?: number;
  /**
   * Keeps the audit trail under HMAC-SHA-256: then `verifyAudit` finds whatever was changed, added or deleted by somebody without
   * this secret. Without it only the order of the trail is claimed: whoever can write to the file can write it anew.
   * From the first decision on, and in every process the same.
   */
  readonly auditSecret?: string;
}

/**
 * A store in a file (or, as `:memory:`, in none), for one process or several on one machine. The file is opened, and brought to the newest version, by
 * the first call; a file of a newer release is refused with `ChatError` `format`.
 *
 * @example
 * const store = sqliteStore('chats.db');
 */
export function sqliteStore(
  path: string,
  { now = Date.now, patience = 30_000, auditSecret }: SqliteStoreOptions = {},
): Store {
  const database = sqliteDatabase(now, auditSecret);
  return new SqlStore(database, new SqliteRunner(path, database, patience));
}
