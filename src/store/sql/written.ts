import type { Compilable } from 'kysely';
import { isWaiting } from '../../conversation/changes.ts';
import type { StoredCall, StoredMessage } from '../../conversation/changes.ts';
import { takesDeltas } from '../admission.ts';
import { isToTell } from '../notice.ts';
import type { Append } from '../store.ts';
import type { ThreadKey } from '../thread.ts';
import { addresseesWithdrawn, addresseesWritten } from './addressees.ts';
import { callText, messageText } from './body.ts';
import type { Database } from './database.ts';
import { eventsText } from './events-text.ts';
import { inserted } from './inserted.ts';
import type { EventTable } from './schema.ts';
import type { Standing } from './settled.ts';
import { shape } from './shape.ts';
import type { Value } from './shape.ts';

/** Rows that one statement writes. */
const rowsAtOnce = 100;

/** Writes the rows of what was appended. */
export function rowsWritten(database: Database, append: Append, standing: Standing): readonly Compilable[] {
  const { tenant, thread, id, events, removed, calls } = append;
  const { seq, places, now } = standing;
  const placed = append.messages.map((stored, index) => ({ stored, place: places + index }));
  return [
    ...(removed.length > 0 ? [addresseesWithdrawn(database, append), ...withdrawn(database, append)] : []),
    ...piecesOf(placed).map((rows) => messagesWritten(database, { tenant, thread, rows }, rows.length)),
    ...(append.inserted ?? []).flatMap((one) => inserted(database, { tenant, thread, ...one })),
    ...piecesOf(calls).map((rows) => callsWritten(database, { tenant, thread, rows, now }, rows.length)),
    ...addresseesWritten(database, append),
    // An append without events leaves a row too, so that it is known when it comes again.
    eventWritten(database, {
      tenant,
      thread,
      append: id,
      kind: takesDeltas(append) ? 'step' : 'aside',
      seq_from: seq + 1,
      seq_to: seq + events.length,
      at: now,
      json: eventsText(events),
    }),
  ];
}

function withdrawn({ tables }: Database, { tenant, thread, removed }: Append): readonly Compilable[] {
  return piecesOf(removed).flatMap((piece) => [
    tables.deleteFrom('message').where('tenant', '=', tenant).where('thread', '=', thread).where('id', 'in', piece),
    tables
      .deleteFrom('tool_call')
      .where('tenant', '=', tenant)
      .where('thread', '=', thread)
      .where('message', 'in', piece),
  ]);
}

interface MessageRows extends ThreadKey {
  readonly rows: readonly { readonly stored: StoredMessage; readonly place: number }[];
}

/** A message that is known keeps its place. */
const messagesWritten = shape<MessageRows, unknown>(({ tables }, value, size) =>
  tables
    .insertInto('message')
    .values(
      rowsOf(size, (index) => ({
        ...keyed(value),
        id: value(({ rows }) => rows[index]!.stored.message.id),
        place: value(({ rows }) => rows[index]!.place),
        role: value<string>(({ rows }) => rows[index]!.stored.message.role),
        json: value(({ rows }) => messageText(rows[index]!.stored)),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'thread', 'id']).doUpdateSet(({ ref }) => ({ json: ref('excluded.json') })),
    ),
);

interface CallRows extends ThreadKey {
  readonly rows: readonly StoredCall[];
  readonly now: number;
}

/** A call that only changed in how it waits goes on waiting since then. */
const callsWritten = shape<CallRows, unknown>(({ tables }, value, size) =>
  tables
    .insertInto('tool_call')
    .values(
      rowsOf(size, (index) => ({
        ...keyed(value),
        id: value(({ rows }) => rows[index]!.call.id),
        message: value(({ rows }) => rows[index]!.message),
        state: value<string>(({ rows }) => rows[index]!.call.state),
        due_at: value(({ rows }) => rows[index]!.dueAt ?? null),
        since: value(({ rows, now }) => (isWaiting(rows[index]!.call) ? now : null)),
        tell_at: value(({ rows, now }) => (isToTell(rows[index]!.call) ? now : null)),
        json: value(({ rows }) => callText(rows[index]!.call)),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'thread', 'id']).doUpdateSet(({ ref, eb }) => ({
        message: ref('excluded.message'),
        state: ref('excluded.state'),
        due_at: ref('excluded.due_at'),
        since: eb
          .case()
          .when('tool_call.state', '=', ref('excluded.state'))
          .then(ref('tool_call.since'))
          .else(ref('excluded.since'))
          .end(),
        tell_at: ref('excluded.tell_at'),
        json: ref('excluded.json'),
      })),
    ),
);

const eventWritten = shape<EventTable, unknown>(({ tables }, value) =>
  tables.insertInto('event').values({
    ...keyed(value),
    append: value('append'),
    kind: value('kind'),
    seq_from: value('seq_from'),
    seq_to: value('seq_to'),
    at: value('at'),
    json: value('json'),
  }),
);

function keyed<Values extends ThreadKey>(value: Value<Values>) {
  return { tenant: value('tenant'), thread: value('thread') };
}

function rowsOf<Row>(size: number, make: (index: number) => Row): Row[] {
  return Array.from({ length: size }, (_, index) => make(index));
}

function piecesOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const pieces: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += rowsAtOnce) pieces.push(items.slice(from, from + rowsAtOnce));
  return pieces;
}
