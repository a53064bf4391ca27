import type { Selectable } from 'kysely';
import { joined } from '../../conversation/changes.ts';
import type { StoredMessage } from '../../conversation/changes.ts';
import type { Message } from '../../conversation/message.ts';
import { ChatError } from '../../conversation/error.ts';
import { format } from '../../conversation/parse.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Excerpt } from '../excerpt.ts';
import type { LoadedThread, ThreadKey } from '../thread.ts';
import { callsIn, messagesIn } from './body.ts';
import type { CallBody, MessageBody } from './body.ts';
import type { Database } from './database.ts';
import { excerptCalls, excerptRows } from './excerpt.ts';
import { deltasBehind } from './log.ts';
import type { ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import { runIn } from './run-text.ts';
import { shown, threadOf } from './thread-row.ts';
import type { ShownColumn, ShownRow } from './thread-row.ts';
import { all, first } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** What is read of a thread's row. */
export const loadedColumns: readonly (ShownColumn | LoadedColumn)[] = [...shown, 'run', 'format', 'deltas_after'];

type LoadedColumn = 'run' | 'format' | 'deltas_after';

/** A row with those columns, and the time at which it was read. */
export type LoadedRow = ShownRow & Readonly<Pick<Selectable<ThreadTable>, LoadedColumn>> & { readonly now: number };

/** A thread with its messages, or those of an excerpt. */
export function* load(database: Database, key: ThreadKey, excerpt?: Excerpt): Transaction<LoadedThread | undefined> {
  const row = yield* first(threadRow(database, key));
  if (!row || !excerpt) return row && (yield* loaded(database, row));
  const thread = threadIn(row);
  const wanted = { ...key, ...excerpt };
  const messages = messagesIn(yield* all(excerptRows(database, wanted)));
  const calls = messages.length === 0 ? [] : callsIn(yield* all(excerptCalls(database, { ...key, messages })));
  return { ...thread, messages: withCalls(messages, calls), deltas: [] };
}

/** A thread whose row was read, with its messages. Throws when its format is too new (rule S8). */
export function* loaded(database: Database, row: LoadedRow): Transaction<LoadedThread> {
  const thread = threadIn(row);
  const key = { tenant: row.tenant, thread: row.id };
  const messages = messagesIn(yield* all(messageRows(database, key)));
  const calls = callsIn(yield* all(callRows(database, key)));
  const deltas = row.deltas_after === null ? [] : yield* deltasBehind(database, { ...key, after: row.deltas_after });
  return { ...thread, messages: withCalls(messages, calls), deltas };
}

function threadIn(row: LoadedRow): Pick<LoadedThread, 'thread' | 'run' | 'now'> {
  if (row.format > format + 1) throw tooNew(row.id, row.format);
  return { thread: threadOf(row), run: runIn(row.run), now: row.now };
}

/** A message is stored together with its calls. */
function withCalls(messages: readonly StoredMessage[], calls: readonly ToolCall[]): readonly Message[] {
  const byId = new Map(calls.map((call) => [call.id, call]));
  return messages.map((message) => joined(message, (id) => byId.get(id)!));
}

const threadRow = shape<ThreadKey, LoadedRow>(({ tables, now }, value) =>
  tables
    .selectFrom('thread')
    .select([...loadedColumns, now.as('now')])
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread')),
);

const messageRows = shape<ThreadKey, MessageBody>(({ tables }, value) =>
  tables
    .selectFrom('message')
    .select(['id', 'role', 'json'])
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread'))
    .orderBy('place'),
);

const callRows = shape<ThreadKey, CallBody>(({ tables }, value) =>
  tables
    .selectFrom('tool_call')
    .select(['id', 'state', 'json'])
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread')),
);

function tooNew(thread: string, found: number): ChatError {
  return new ChatError(
    'format',
    `Loading thread ${thread}: it has format ${found}, and this release of yourcall reads formats up to ${format + 1}: use a newer one.`,
  );
}
