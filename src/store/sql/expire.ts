import { sql } from 'kysely';
import { settledStates } from '../../conversation/move.ts';
import type { Database } from './database.ts';
import type { ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import { erase } from './threads.ts';
import { first } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Whether there is a thread that is kept no longer. */
export function* isExpired(database: Database, keep: number): Transaction<boolean> {
  return (yield* first(idle(database, keep))) !== undefined;
}

/** Erases one of them. One at a time: two of them may share big values, and nobody waits for the other. */
export function* expire(database: Database, keep: number): Transaction<boolean> {
  const row = yield* first(idleLocked(database, keep));
  return row !== undefined && (yield* erase(database, { tenant: row.tenant, thread: row.id })) === 'erased';
}

const idle = longest(false);

const idleLocked = longest(true);

/** The one in which nothing has happened for longest, nothing is under way, and nobody is waited for (rule S7). */
function longest(isLocked: boolean) {
  return shape<number, Pick<ThreadTable, 'tenant' | 'id'>>(({ tables, now, locks }, value) =>
    tables
      .selectFrom('thread')
      .select(['tenant', 'id'])
      .where('updated_at', '<=', sql<number>`${now} - ${value((keep) => keep)}`)
      .where(sql<boolean>`lease_until is null and root is null`)
      .where(sql<boolean>`status in ('new', 'done', 'failed')`)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('tool_call')
              .select('tool_call.id')
              .whereRef('tool_call.tenant', '=', 'thread.tenant')
              .whereRef('tool_call.thread', '=', 'thread.id')
              .where(
                'state',
                'not in',
                [...settledStates].map((state) => sql.lit(state)),
              ),
          ),
        ),
      )
      // What was opened for its calls goes with it, unless something is under way there.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('thread as child')
              .innerJoin('tool_call', (join) =>
                join.onRef('tool_call.tenant', '=', 'child.tenant').onRef('tool_call.thread', '=', 'child.id'),
              )
              .select('child.id')
              .whereRef('child.tenant', '=', 'thread.tenant')
              .whereRef('child.root', '=', 'thread.id')
              .where('tool_call.state', 'in', [sql.lit('running'), sql.lit('in-doubt')]),
          ),
        ),
      )
      .orderBy('updated_at')
      .limit(sql.lit(1))
      .$if(isLocked && locks, (query) => query.forUpdate().skipLocked()),
  );
}
