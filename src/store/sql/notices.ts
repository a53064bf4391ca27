import { sql } from 'kysely';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { NoticeClaim, NoticeRow, SettledNotice } from '../notice.ts';
import { callIn } from './body.ts';
import type { CallBody } from './body.ts';
import type { Database } from './database.ts';
import { shown, threadOf } from './thread-row.ts';
import { all, first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Whether there is a call of which somebody is to be told. */
export function* isAnyToTell({ tables, now }: Database): Transaction<boolean> {
  const due = tables
    .selectFrom('tool_call')
    .select('id')
    .where(sql<boolean>`tell_at <= ${now}`);
  // In the order of its index, so that nothing else is read.
  return (yield* first(due.orderBy('tell_at').limit(1))) !== undefined;
}

/** Takes calls of which somebody is to be told; those that another process is about to take are passed over. */
export function* takeNotices(database: Database, claim: NoticeClaim): Transaction<readonly NoticeRow[]> {
  const { limit, lease, except = [] } = claim;
  const { tables, now, locks } = database;
  const due = tables
    .selectFrom('tool_call')
    .select(['tenant', 'thread', 'id'])
    .where(sql<boolean>`tell_at <= ${now}`)
    .$if(except.length > 0, (query) => query.where('tenant', 'not in', except))
    .orderBy('tell_at')
    .limit(limit)
    .$if(locks, (query) => query.forUpdate().skipLocked());
  const taken = yield* all(
    tables
      .updateTable('tool_call')
      .set({ tell_at: sql<number>`${now} + ${sql.lit(Math.round(lease))}` })
      .where(sql<boolean>`(tenant, thread, id) in ${due}`)
      .returning([
        'tenant',
        'thread',
        'id',
        'message',
        'since',
        'state',
        'json',
        'told',
        'tries',
        'tell_at',
        now.as('now'),
      ]),
  );
  const rows: NoticeRow[] = [];
  for (const one of taken) {
    const { tenant, thread, message, since, told, tries, tell_at: ticket, now: time } = one;
    const named = tables
      .selectFrom('thread')
      .select([...shown])
      .where('tenant', '=', tenant);
    const row = yield* first(named.where('id', '=', thread));
    if (!row || ticket === null) continue;
    const call = readableIn(one);
    // It is looked at again when its lease is over, and keeps nobody from being told of other calls.
    if (!call) continue;
    const standing = { thread: threadOf(row), call, message, since: since ?? time, tries, ticket, now: time };
    rows.push({ ...standing, ...(told !== null && { told }) });
  }
  return rows;
}

/** A call as it is stored; nothing where that cannot be read. */
function readableIn(row: CallBody): ToolCall | undefined {
  try {
    return callIn(row);
  } catch {
    return undefined;
  }
}

/** Writes what became of it. A call that has changed meanwhile is to be looked at again in any case. */
export function* settleNotice({ tables, now }: Database, settled: SettledNotice): Transaction<void> {
  const { tenant, thread, call, ticket, became } = settled;
  const query = tables
    .updateTable('tool_call')
    .where('tenant', '=', tenant)
    .where('thread', '=', thread)
    .where('id', '=', call);
  if (became.type === 'told') {
    const tellAt = sql<number | null>`case when tell_at = ${ticket} then null else tell_at end`;
    yield* run(query.set({ told: became.name, tries: 0, tell_at: tellAt }));
  } else {
    const later = sql<number>`${now} + ${sql.lit(Math.round(became.in))}`;
    yield* run(query.set({ tries: became.tries, tell_at: later }).where('tell_at', '=', ticket));
  }
}
