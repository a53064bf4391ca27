import type { Compilable } from 'kysely';
import { joined } from '../../conversation/changes.ts';
import type { StoredMessage } from '../../conversation/changes.ts';
import type { RunState } from '../../conversation/draft.ts';
import { ChatError } from '../../conversation/error.ts';
import { format } from '../../conversation/parse.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { LoadedThread, ThreadKey } from '../thread.ts';
import { all, first } from './database.ts';
import type { Database, Transaction } from './database.ts';
import { shown, threadOf } from './thread-row.ts';

/** A thread with its messages. */
export function* load({ tables }: Database, { tenant, thread }: ThreadKey): Transaction<LoadedThread | undefined> {
  const row = yield* first(
    tables
      .selectFrom('thread')
      .select([...shown, 'run', 'format'])
      .where('tenant', '=', tenant)
      .where('id', '=', thread),
  );
  if (!row) return undefined;
  if (row.format > format + 1) throw tooNew(thread, row.format);
  const bodies = tables.selectFrom('message').where('tenant', '=', tenant).where('thread', '=', thread);
  const messages = yield* valuesOf<StoredMessage>(bodies.select('json').orderBy('place'));
  const stored = tables.selectFrom('tool_call').where('tenant', '=', tenant).where('thread', '=', thread);
  const calls = yield* valuesOf<ToolCall>(stored.select('json'));
  const byId = new Map(calls.map((call) => [call.id, call]));
  return {
    thread: threadOf(row),
    // A message is stored together with its calls.
    messages: messages.map((message) => joined(message, (id) => byId.get(id)!)),
    run: JSON.parse(row.run) as RunState,
  };
}

/** What was written as JSON, parsed as one text: a thousand small ones cost three times as much. */
function* valuesOf<Value>(query: Compilable<{ readonly json: string }>): Transaction<readonly Value[]> {
  const rows = yield* all(query);
  return JSON.parse(`[${rows.map(({ json }) => json).join(',')}]`) as readonly Value[];
}

function tooNew(thread: string, found: number): ChatError {
  return new ChatError(
    'format',
    `Loading thread ${thread}: it has format ${found}, and this release of yourcall reads formats up to ${format + 1}: use a newer one.`,
  );
}
