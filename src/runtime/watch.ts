import { Bell } from '../chat/outbox.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { LogRow, Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';

/** An event of a thread, and the place behind it: hand the cursor in again to go on from there. */
export interface WatchedEvent {
  readonly event: ChatEvent;
  readonly cursor: string;
}

/** How a thread is watched. */
export interface WatchOptions {
  /** The place to go on from. Default: the end of the log, so that only what is new comes. */
  readonly after?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** How much of the log is read at once. */
const rowsAtOnce = 100;

/** How often the log is looked at without a hint, in milliseconds. */
const lookEvery = 1_000;

/**
 * The events of a thread as they are stored, from a place on and without an end: the same for every reader, on every
 * machine (rule S5). Throws `ChatError` `invalid-request` when there is no such thread, or no such place.
 */
export async function* watch(
  store: Store,
  key: ThreadKey,
  { after, signal }: WatchOptions,
): AsyncGenerator<WatchedEvent> {
  const bell = new Bell();
  const ring = (): void => bell.ring();
  const leave = store.subscribe((changed) => {
    if (changed.thread === key.thread && changed.tenant === key.tenant) bell.ring();
  });
  signal?.addEventListener('abort', ring);
  const timer = setInterval(ring, lookEvery);
  try {
    let seen = after === undefined ? undefined : placeOf(after);
    const isLeft = (): boolean => signal?.aborted === true;
    while (!isLeft()) {
      const page = await store.read(key, seen ?? Number.MAX_SAFE_INTEGER, rowsAtOnce);
      if (!page) throw new ChatError('invalid-request', `Watching a thread: there is no thread ${key.thread}.`);
      if (seen === undefined || seen > page.seq) seen = page.seq;
      for (const watched of eventsOf(page.rows, seen)) yield watched;
      seen = page.rows.at(-1)?.to ?? seen;
      if (page.rows.length === 0) await bell.rung();
    }
  } finally {
    leave();
    clearInterval(timer);
    signal?.removeEventListener('abort', ring);
  }
}

/** The events of rows behind a place: a row may begin before it. */
function eventsOf(rows: readonly LogRow[], seen: number): readonly WatchedEvent[] {
  return rows
    .flatMap(({ from, events }) =>
      events.map((event, index) => ({ event, seq: from + index })).filter(({ seq }) => seq > seen),
    )
    .map(({ event, seq }) => ({ event, cursor: cursorAt(seq) }));
}

/** A place in the log, as clients hold it: what is in it is ours to change. */
export function cursorAt(seq: number): string {
  return `c${seq.toString(36)}`;
}

function placeOf(cursor: string): number {
  const seq = /^c[0-9a-z]+$/.test(cursor) ? Number.parseInt(cursor.slice(1), 36) : Number.NaN;
  if (Number.isSafeInteger(seq)) return seq;
  throw new ChatError('invalid-request', `Watching a thread: ${JSON.stringify(cursor)} is not a cursor.`);
}
