import { sql } from 'kysely';
import type { ThreadTable } from './schema.ts';
import type { Database } from './database.ts';
import { shape } from './shape.ts';
import { all, first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Threads that are looked at in one transaction. */
const threadsAtOnce = 20;

/** Whether there are deltas whose place a commit took so long ago. */
export function* isCompactable(database: Database, keep: number): Transaction<boolean> {
  return (yield* first(superseded(database, keep))) !== undefined;
}

/** Deletes such deltas of a few threads, and says of how many (rule S5). */
export function* compact(database: Database, keep: number): Transaction<number> {
  const threads = yield* all(superseded(database, keep));
  for (const thread of threads) yield* run(dropped(database, { ...thread, keep }), looked(database, thread));
  return threads.length;
}

type Row = Pick<ThreadTable, 'tenant' | 'id'>;

const superseded = shape<number, Row>(({ tables, now, locks }, value) =>
  tables
    .selectFrom('thread')
    .select(['tenant', 'id'])
    .where('superseded_at', '<=', sql<number>`${now} - ${value((keep) => keep)}`)
    .orderBy('superseded_at')
    .limit(threadsAtOnce)
    .$if(locks, (query) => query.forUpdate().skipLocked()),
);

/** All that a commit of that time took the place of at once, so that the whole message follows whatever gap there is. */
const dropped = shape<Row & { readonly keep: number }, unknown>(({ tables, now }, value) =>
  tables
    .deleteFrom('event')
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('id'))
    .where('kind', '=', 'delta')
    .where('seq_to', '<', ({ selectFrom }) =>
      selectFrom('event as step')
        .select(({ fn }) => fn.max('step.seq_to').as('last'))
        .where('step.tenant', '=', value('tenant'))
        .where('step.thread', '=', value('id'))
        .where('step.kind', '=', 'step')
        .where('step.at', '<=', sql<number>`${now} - ${value('keep')}`),
    ),
);

/** Deltas that a later commit took the place of have their own minute. */
const looked = shape<Row, unknown>(({ tables, now }, value) =>
  tables
    .updateTable('thread')
    .set(({ selectFrom }) => ({
      superseded_at: selectFrom('event')
        .select(() => now.as('now'))
        .where('event.tenant', '=', value('tenant'))
        .where('event.thread', '=', value('id'))
        .where('event.kind', '=', 'delta')
        .where('event.seq_to', '<=', sql.ref<number>('thread.committed'))
        .limit(1),
    }))
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('id')),
);
