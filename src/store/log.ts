import type { ChatEvent } from '../conversation/event.ts';
import type { StoredBlob } from './blob.ts';
import type { Fence, ThreadKey } from './thread.ts';

/** What a listener hears about a thread: that its state may have changed, or only that its model goes on speaking. */
export type News = 'events' | 'deltas';

/** A place in the log of a thread. */
export interface LogPlace extends ThreadKey {
  /** The number of the last event that is known. */
  readonly after: number;
}

/** A piece of the log of one thread. */
export interface LogPage {
  readonly rows: readonly LogRow[];
  /** The last event there is. */
  readonly seq: number;
}

/**
 * Events that were appended together: numbers `from` to `to`. Deltas that were compacted leave a gap, which is followed by
 * the whole message.
 */
export interface LogRow {
  readonly from: number;
  readonly to: number;
  readonly events: readonly ChatEvent[];
}

/** How far a thread is behind deltas of its holder. */
export interface Landed {
  /** The last event. */
  readonly seq: number;
  /** The last event that is no delta: whether others have appended something (rule D3). */
  readonly committed: number;
}

/** What the holder of a thread tells of its run between two commits: text, reasoning, progress. */
export interface Deltas extends ThreadKey {
  /** Names this append, as in `Append`. */
  readonly id: string;
  readonly events: readonly ChatEvent[];
  /** As in `Append`. */
  readonly blobs?: readonly StoredBlob[];
  /** The last event that the holder knows of: the append is looked for behind it. */
  readonly seen: number;
  readonly fence: Fence;
}
