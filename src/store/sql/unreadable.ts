import { ChatError, messageOf } from '../../conversation/error.ts';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** A thread of which what is stored cannot be read, and why. */
export interface Unreadable {
  readonly unreadable: string;
  readonly cause: unknown;
}

/** Has it stand as failed, until somebody has it tried again. */
export function* failedAsUnreadable(
  { tables, change, now, tell }: Database,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Transaction<void> {
  yield* run(
    tables
      .updateTable('thread')
      .set({ status: 'failed', error: 'format', lease_holder: null, lease_until: null, wake_at: null })
      .set({ changed: change, updated_at: now })
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .returning(tell(() => ({ tenant, thread: id })).as('told')),
  );
}

/** The same where nobody has found it before, and nobody has it, who would find it. Gives whether that is so. */
export function* failedWhileWaiting(database: Database, { tenant, thread }: ThreadKey): Transaction<boolean> {
  const { tables, locks } = database;
  const row = yield* first(
    tables
      .selectFrom('thread')
      .select('error')
      .where('tenant', '=', tenant)
      .where('id', '=', thread)
      .where('lease_until', 'is', null)
      .$if(locks, (query) => query.forUpdate()),
  );
  if (!row || row.error === 'format') return false;
  yield* failedAsUnreadable(database, { tenant, id: thread });
  return true;
}

/** What is thrown about it. */
export function notReadable({ unreadable, cause }: Unreadable): ChatError {
  const message = `Loading thread ${unreadable}: what is stored of it cannot be read (${messageOf(cause)}); it stands as failed.`;
  return new ChatError('format', message, { cause });
}
