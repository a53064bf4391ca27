import type { Selectable } from 'kysely';
import type { ErrorCode } from '../../conversation/error.ts';
import type { CallPlace, Thread, ThreadStatus } from '../thread.ts';
import type { ThreadTable } from './schema.ts';

/** The columns that a list shows. */
export const shown: readonly ShownColumn[] = [
  'tenant',
  'id',
  'owner',
  'title',
  'chat',
  'status',
  'error',
  'seq',
  'created_at',
  'updated_at',
  'archived_at',
  'wake_at',
  'lease_holder',
  'lease_until',
  'within',
];

/** A row with those columns. */
export type ShownRow = Pick<Selectable<ThreadTable>, ShownColumn>;

/** One of them. */
export type ShownColumn = Exclude<keyof ThreadTable, (typeof hidden)[number]>;

const hidden = [
  'format',
  'committed',
  'deltas_after',
  'superseded_at',
  'epoch',
  'nonce',
  'run',
  'stopped',
  'takeovers',
  'places',
  'changed',
  'root',
  'nudged',
] as const;

/** All columns that this release knows. */
export const columns: readonly (keyof ThreadTable)[] = [...shown, ...hidden];

/** A thread as lists show it. */
export function threadOf(row: ShownRow): Thread {
  return {
    tenant: row.tenant,
    thread: row.id,
    ...(row.owner !== null && { owner: row.owner }),
    ...(row.title !== null && { title: JSON.parse(row.title) as string }),
    chat: row.chat,
    // Only what `create` and `append` were given stands in these two columns.
    status: row.status as ThreadStatus,
    ...(row.error !== null && { error: row.error as ErrorCode }),
    seq: row.seq,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.archived_at !== null && { archivedAt: row.archived_at }),
    ...(row.wake_at !== null && { wakeAt: row.wake_at }),
    ...(row.within !== null && { within: JSON.parse(row.within) as readonly CallPlace[] }),
    ...(row.lease_holder !== null &&
      row.lease_until !== null && { lease: { holder: row.lease_holder, until: row.lease_until } }),
  };
}
