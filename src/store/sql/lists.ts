import { sql } from 'kysely';
import type { Compilable, RawBuilder } from 'kysely';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Page } from '../page.ts';
import type { ThreadQuery, WaitingQuery, WaitingRow } from '../store.ts';
import type { Thread } from '../thread.ts';
import { putTo } from './addressees.ts';
import type { Database } from './database.ts';
import { idsWithin } from './family.ts';
import { pageOf, placeIn, rowsAsked } from './place.ts';
import { shown, threadOf } from './thread-row.ts';
import type { ShownRow } from './thread-row.ts';
import { all } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Threads of a tenant, the one that changed last first. */
export function* list({ tables }: Database, query: ThreadQuery): Transaction<Page<Thread>> {
  const { tenant, owner, archived = false, within } = query;
  const place = placeIn(query, ['number', 'string']);
  const rows = yield* all(
    tables
      .selectFrom('thread')
      .select([...shown, 'changed'])
      .where('tenant', '=', tenant)
      .$if(owner !== undefined, (threads) => threads.where('owner', '=', owner!))
      .where(within === undefined ? sql<boolean>`root is null` : sql<boolean>`root = ${within}`)
      .where(archived ? sql<boolean>`archived_at is not null` : sql<boolean>`archived_at is null`)
      .$if(place !== undefined, (threads) => threads.where(sql<boolean>`(changed, id) < (${sql.join(place!)})`))
      .orderBy('changed', 'desc')
      .orderBy('id', 'desc')
      .limit(rowsAsked(query)),
  );
  return pageOf(rows, { query, placeOf: ({ changed, id }) => [changed, id], toItem: threadOf });
}

/** Calls of a tenant that wait, or those that are put to a person, the one that waits longest first. */
export function* waiting(database: Database, query: WaitingQuery): Transaction<Page<WaitingRow>> {
  const after = placeIn(query, ['number', 'string', 'string']);
  const place = after && sql.join(after);
  const rows = yield* all(query.person ? theirs(database, query, place) : everyones(database, query, place));
  return pageOf(rows, {
    query,
    placeOf: (row) => [row.since, row.call, row.id],
    toItem: (row) => ({
      thread: threadOf(row),
      call: JSON.parse(row.json) as ToolCall,
      message: row.message,
      since: row.since,
    }),
  });
}

interface CallRow extends ShownRow {
  readonly call: string;
  readonly message: string;
  readonly since: number;
  readonly json: string;
}

type Place = RawBuilder<unknown> | undefined;

function everyones(database: Database, { thread, ...query }: WaitingQuery, place: Place): Compilable<CallRow> {
  return database.tables
    .selectFrom('tool_call')
    .innerJoin('thread', (join) =>
      join.onRef('thread.tenant', '=', 'tool_call.tenant').onRef('thread.id', '=', 'tool_call.thread'),
    )
    .select(columns)
    .select(['tool_call.id as call', 'tool_call.message', 'tool_call.since', 'tool_call.json'])
    .where('tool_call.tenant', '=', query.tenant)
    .where('tool_call.since', 'is not', null)
    .$if(thread !== undefined, (calls) =>
      calls.where('tool_call.thread', 'in', idsWithin(database, query.tenant, thread!)),
    )
    .$if(place !== undefined, (calls) =>
      calls.where(sql<boolean>`(tool_call.since, tool_call.id, tool_call.thread) > (${place!})`),
    )
    .orderBy('tool_call.since')
    .orderBy('tool_call.id')
    .orderBy('tool_call.thread')
    .limit(rowsAsked(query))
    .$narrowType<{ since: number }>();
}

function theirs(database: Database, query: WaitingQuery, place: Place): Compilable<CallRow> {
  return database.tables
    .selectFrom(putTo(database, query, place).as('page'))
    .innerJoin('tool_call', (join) =>
      join
        .on('tool_call.tenant', '=', query.tenant)
        .onRef('tool_call.thread', '=', 'page.thread')
        .onRef('tool_call.id', '=', 'page.call'),
    )
    .innerJoin('thread', (join) =>
      join.onRef('thread.tenant', '=', 'tool_call.tenant').onRef('thread.id', '=', 'tool_call.thread'),
    )
    .select(columns)
    .select(['page.call', 'tool_call.message', 'page.since', 'tool_call.json'])
    .orderBy('page.since')
    .orderBy('page.call')
    .orderBy('page.thread')
    .limit(rowsAsked(query));
}

const columns = shown.map((column) => `thread.${column}` as const);
