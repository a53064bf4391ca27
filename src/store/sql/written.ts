import { sql } from 'kysely';
import type { Compilable, Updateable } from 'kysely';
import { waitingStates } from '../../conversation/changes.ts';
import type { StoredCall, StoredMessage } from '../../conversation/changes.ts';
import { format } from '../../conversation/parse.ts';
import { isProgress } from '../admission.ts';
import type { Append } from '../store.ts';
import type { Fence } from '../thread.ts';
import type { Database } from './database.ts';
import type { ThreadTable } from './schema.ts';

/** A thread as it stands when something is appended. */
export interface Standing extends Fence {
  readonly seq: number;
  readonly stopped: number;
  readonly format: number;
  readonly places: number;
  readonly now: number;
}

/** Rows that one statement writes. */
const rowsAtOnce = 200;

/** Writes the rows of what was appended. */
export function rowsWritten(database: Database, append: Append, standing: Standing): readonly Compilable[] {
  const messages = append.messages.map((stored, index) => ({ stored, place: standing.places + index }));
  return [
    ...(append.removed.length > 0 ? withdrawn(database, append) : []),
    ...piecesOf(messages).map((piece) => messagesWritten(database, append, piece)),
    ...piecesOf(append.calls).map((piece) => callsWritten(database, append, { piece, now: standing.now })),
    eventWritten(database, append, standing),
  ];
}

/** Writes what the thread has come to. */
export function settled(database: Database, append: Append, standing: Standing): Compilable {
  const { tenant, thread } = append;
  return (
    database.tables
      .updateTable('thread')
      .set({ ...statusSet(append), ...(append.release && { lease_holder: null, lease_until: null }) })
      .set({
        seq: standing.seq + append.events.length,
        places: standing.places + append.messages.length,
        format: Math.max(standing.format, format),
        run: JSON.stringify(append.run),
        updated_at: standing.now,
        changed: database.change(),
      })
      .$if(append.wake === 'now', (query) => query.set({ wake_at: standing.now }))
      // The earliest of its calls, from rows that nobody else can change meanwhile (rule S2).
      .$if(append.wake !== 'now' && (append.release === true || !append.fence), (query) =>
        query.set({ wake_at: firstDue(database, append) }),
      )
      .where('tenant', '=', tenant)
      .where('id', '=', thread)
      .returning(database.tell({ tenant, thread }).as('told'))
  );
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

/** A message that is known keeps its place. */
function messagesWritten(
  { tables }: Database,
  { tenant, thread }: Append,
  piece: readonly { readonly stored: StoredMessage; readonly place: number }[],
): Compilable {
  const rows = piece.map(({ stored, place }) => {
    return { tenant, thread, id: stored.message.id, place, json: JSON.stringify(stored) };
  });
  return tables
    .insertInto('message')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'thread', 'id']).doUpdateSet(({ ref }) => ({ json: ref('excluded.json') })),
    );
}

/** A call that only changed in how it waits goes on waiting since then. */
function callsWritten(
  { tables }: Database,
  { tenant, thread }: Append,
  { piece, now }: { readonly piece: readonly StoredCall[]; readonly now: number },
): Compilable {
  const rows = piece.map(({ message, call, dueAt }) => ({
    tenant,
    thread,
    id: call.id,
    message,
    state: call.state,
    due_at: dueAt ?? null,
    since: waitingStates.has(call.state) ? now : null,
    json: JSON.stringify(call),
  }));
  return tables
    .insertInto('tool_call')
    .values(rows)
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
        json: ref('excluded.json'),
      })),
    );
}

/** An append without events leaves a row too, so that it is known when it comes again. */
function eventWritten(
  { tables }: Database,
  { tenant, thread, id, events }: Append,
  { seq, now }: Standing,
): Compilable {
  const numbers = { seq_from: seq + 1, seq_to: seq + events.length, at: now };
  return tables.insertInto('event').values({ tenant, thread, append: id, ...numbers, json: JSON.stringify(events) });
}

function statusSet({ status, error, events, fence, release, afterStop }: Append): Updateable<ThreadTable> {
  return {
    ...(status !== undefined && { status, error: error ?? null }),
    ...(afterStop && { stopped: 0 }),
    // Whoever gives a thread back, or brings it on, was not killed by it (rule L6).
    ...((release || (fence && isProgress(events))) && { takeovers: 0 }),
  };
}

function firstDue({ tables }: Database, { tenant, thread }: Append) {
  return tables
    .selectFrom('tool_call')
    .select(({ fn }) => fn.min('due_at').as('due'))
    .where('tenant', '=', tenant)
    .where('thread', '=', thread)
    .where(sql<boolean>`due_at is not null`);
}

function piecesOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const pieces: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += rowsAtOnce) pieces.push(items.slice(from, from + rowsAtOnce));
  return pieces;
}
