import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { LogRow } from '../store/log.ts';
import type { Store } from '../store/store.ts';
import type { LoadedThread, ThreadKey } from '../store/thread.ts';
import { missing } from './beside.ts';
import type { Follower } from './follower.ts';
import { spoken } from './recovered.ts';

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

/**
 * The events of a thread as they are stored, from a place on and without an end: the same for every reader, on every
 * machine. Where deltas were compacted the whole message follows; who stands ahead of the log, which a restore may have cut,
 * is given every message whole (rule S5). Throws `ChatError` `invalid-request` when there is no such thread, or no such place.
 */
export async function* watch(
  { store, follower }: { readonly store: Store; readonly follower: Follower },
  key: ThreadKey,
  { after, signal }: WatchOptions,
): AsyncGenerator<WatchedEvent> {
  let seen = after === undefined ? await endOf(store, key) : placeOf(after);
  const leave = follower.join();
  try {
    for (;;) {
      const page = await follower.behind({ ...key, after: seen }, signal);
      if (signal?.aborted) return;
      if (!page) throw missing(key);
      const loaded = page.seq < seen ? await store.load(key) : undefined;
      if (loaded) yield* snapshot(loaded, seen);
      seen = loaded?.thread.seq ?? seen;
      yield* eventsOf(page.rows, seen);
      seen = page.rows.at(-1)?.to ?? seen;
    }
  } finally {
    leave();
  }
}

async function endOf(store: Store, key: ThreadKey): Promise<number> {
  const [page] = await store.read([{ ...key, after: Number.MAX_SAFE_INTEGER }], 1);
  if (!page) throw missing(key);
  return page.seq;
}

/** Every message whole. Only behind the last of them is the reader where the log is. */
function snapshot(loaded: LoadedThread, ahead: number): readonly WatchedEvent[] {
  const messages = spoken(loaded, loaded.deltas);
  return messages.map((message, index) => ({
    event: { type: 'message', message },
    cursor: cursorAt(index < messages.length - 1 ? ahead : loaded.thread.seq),
  }));
}

/** The events of rows behind a place: a row may begin before it. */
function eventsOf(rows: readonly LogRow[], seen: number): readonly WatchedEvent[] {
  return rows
    .flatMap(({ from, events }) => events.map((event, index) => ({ event, seq: from + index })))
    .filter(({ seq }) => seq > seen)
    .map(({ event, seq }) => ({ event, cursor: cursorAt(seq) }));
}

/** A place in the log, as clients hold it: what is in it is ours to change. */
export function cursorAt(seq: number): string {
  return `c${seq.toString(36)}`;
}

/** Whether a text has the form of a cursor. */
export function isCursor(cursor: string): boolean {
  return /^c[0-9a-z]+$/.test(cursor) && Number.isSafeInteger(Number.parseInt(cursor.slice(1), 36));
}

function placeOf(cursor: string): number {
  if (isCursor(cursor)) return Number.parseInt(cursor.slice(1), 36);
  throw new ChatError('invalid-request', `Watching a thread: ${JSON.stringify(cursor)} is not a cursor.`);
}
