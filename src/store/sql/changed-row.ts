import type { Selectable } from 'kysely';
import type { Wake } from '../waker.ts';
import type { ThreadTable } from './schema.ts';

/** What is read of threads that others have changed. */
export const changedColumns: readonly ChangedColumn[] = ['tenant', 'id', 'changed', 'wake_at', 'lease_until'];

type ChangedColumn = 'tenant' | 'id' | 'changed' | 'wake_at' | 'lease_until';

/** A thread that was changed, and when it was looked at. */
export type ChangedRow = Readonly<Pick<Selectable<ThreadTable>, ChangedColumn>> & { readonly now: number };

/** When somebody is to look at it, if anybody. Who holds a thread looks at it anyway. */
export function wakesOf({ tenant, id, wake_at, lease_until, now }: ChangedRow): readonly Wake[] {
  if (wake_at === null || lease_until !== null) return [];
  return [{ tenant, thread: id, notBefore: wake_at, now }];
}
