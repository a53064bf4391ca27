import type { Compilable, Selectable } from 'kysely';
import { joined } from '../../conversation/changes.ts';
import type { StoredMessage } from '../../conversation/changes.ts';
import type { RunState } from '../../conversation/draft.ts';
import { ChatError } from '../../conversation/error.ts';
import { format } from '../../conversation/parse.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { LoadedThread, ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { deltasBehind } from './log.ts';
import type { ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import { shown, threadOf } from './thread-row.ts';
import type { ShownColumn, ShownRow } from './thread-row.ts';
import { all, first } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** What is read of a thread's row. */
export const loadedColumns: readonly (ShownColumn | LoadedColumn)[] = [...shown, 'run', 'format', 'deltas_after'];

type LoadedColumn = 'run' | 'format' | 'deltas_after';

/** A row with those columns. */
export type LoadedRow = ShownRow & Readonly<Pick<Selectable<ThreadTable>, LoadedColumn>>;

/** A thread with its messages. */
export function* load(database: Database, key: ThreadKey): Transaction<LoadedThread | undefined> {
  const row = yield* first(threadRow(database, key));
  return row && (yield* loaded(database, row));
}

/** A thread whose row was read, with its messages. Throws when its format is too new (rule S8). */
export function* loaded(database: Database, row: LoadedRow): Transaction<LoadedThread> {
  if (row.format > format + 1) throw tooNew(row.id, row.format);
  const key = { tenant: row.tenant, thread: row.id };
  const messages = yield* valuesOf<StoredMessage>(messageRows(database, key));
  const calls = yield* valuesOf<ToolCall>(callRows(database, key));
  const byId = new Map(calls.map((call) => [call.id, call]));
  return {
    thread: threadOf(row),
    // A message is stored together with its calls.
    messages: messages.map((message) => joined(message, (id) => byId.get(id)!)),
    run: JSON.parse(row.run) as RunState,
    deltas: row.deltas_after === null ? [] : yield* deltasBehind(database, { ...key, after: row.deltas_after }),
  };
}

const threadRow = shape<ThreadKey, LoadedRow>(({ tables }, value) =>
  tables
    .selectFrom('thread')
    .select(loadedColumns)
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread')),
);

const messageRows = shape<ThreadKey, Body>(({ tables }, value) =>
  tables
    .selectFrom('message')
    .select('json')
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread'))
    .orderBy('place'),
);

const callRows = shape<ThreadKey, Body>(({ tables }, value) =>
  tables
    .selectFrom('tool_call')
    .select('json')
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread')),
);

interface Body {
  readonly json: string;
}

/** How many values are parsed at once: one by one they cost half as much again, all as one long text three times as much. */
const atOnce = 64;

/** What was written as JSON. */
function* valuesOf<Value>(query: Compilable<Body>): Transaction<readonly Value[]> {
  const rows = yield* all(query);
  const values: Value[] = [];
  for (let first = 0; first < rows.length; first += atOnce) {
    const some = rows.slice(first, first + atOnce).map(({ json }) => json);
    values.push(...(JSON.parse(`[${some.join(',')}]`) as readonly Value[]));
  }
  return values;
}

function tooNew(thread: string, found: number): ChatError {
  return new ChatError(
    'format',
    `Loading thread ${thread}: it has format ${found}, and this release of yourcall reads formats up to ${format + 1}: use a newer one.`,
  );
}
