import type { RunState } from '../conversation/draft.ts';
import type { ErrorCode } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';

/** Names a thread: whose it is, and which (rule X1). */
export interface ThreadKey {
  readonly tenant: string;
  readonly thread: string;
}

/** A thread's key alone, of what holds more. */
export function keyOf({ tenant, thread }: ThreadKey): ThreadKey {
  return { tenant, thread };
}

/** A thread's name as one text. */
export function nameOf({ tenant, thread }: ThreadKey): string {
  return JSON.stringify([tenant, thread]);
}

/**
 * How the last run of a thread ended: `new` before the first, `working` while one goes on or is due, then `paused`, `done`
 * or `failed`.
 */
export type ThreadStatus = 'new' | 'working' | 'paused' | 'done' | 'failed';

/** A thread as lists show it. Times are milliseconds since the epoch, by the store's clock. */
export interface Thread extends ThreadKey {
  /** Whose it is within the tenant. */
  readonly owner?: string;
  readonly title?: string;
  /** The chat that advances it: a worker claims only threads of chats that it has (rule C1). */
  readonly chat: string;
  readonly status: ThreadStatus;
  /** Why it failed. */
  readonly error?: ErrorCode;
  /** The number of its last event; it has no gaps (rule S5). */
  readonly seq: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt?: number;
  /** When it is to be looked at next; the truth, of which a wake is a hint (rule S3). */
  readonly wakeAt?: number;
  /** The calls that it was opened for, one within the other, the outermost first; absent: people speak in it (rule C3). */
  readonly within?: readonly CallPlace[];
  /** Who advances it now, until when. */
  readonly lease?: { readonly holder: string; readonly until: number };
}

/** A thread to be made. */
export interface NewThread extends ThreadKey {
  readonly owner?: string;
  readonly title?: string;
  readonly chat: string;
  readonly within?: readonly CallPlace[];
}

/** Where a call stands. */
export interface CallPlace {
  readonly thread: string;
  readonly call: string;
}

/** A thread with all that was said in it, read at one moment (rule S5). */
export interface LoadedThread {
  readonly thread: Thread;
  readonly messages: readonly Message[];
  readonly run: RunState;
  /** What a run has told since, and no commit has taken yet: the text of an answer that is being spoken (rule S4). */
  readonly deltas: readonly ChatEvent[];
  /** What the store's clock says, in milliseconds since the epoch. */
  readonly now: number;
}

/** Proves who advances a thread: every write of its holder carries it (rule E8). */
export interface Fence {
  readonly epoch: number;
  readonly nonce: string;
}

/** A thread that somebody may advance now. */
export interface ClaimedThread extends LoadedThread {
  readonly fence: Fence;
  /** How often its holder did not give it back, since the thread last came on (rule L6). */
  readonly takeovers: number;
}
