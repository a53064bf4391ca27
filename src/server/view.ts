import type { Message } from '../conversation/message.ts';
import { isWaiting } from '../conversation/changes.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import type { WaitingRow } from '../store/store.ts';
import type { Thread } from '../store/thread.ts';
import { callsIn } from './deciding.ts';
import type { View } from './reader-view.ts';

/** A thread without what only its machines know: which of them has it, and until when. */
export type ThreadView = Omit<Thread, 'thread' | 'tenant' | 'seq' | 'lease' | 'wakeAt'> & { readonly id: string };

/** A call that waits, and the digest to be handed in with a decision about it (rule D1). */
export interface WaitingView {
  readonly call: ToolCall;
  readonly seen: string;
}

/** A thread with its messages, what waits in it, and the place to watch it from. */
export interface ReadView {
  readonly thread: ThreadView;
  readonly messages: readonly Message[];
  readonly waiting: readonly WaitingView[];
  readonly cursor: string;
}

/** A call that waits, and where. */
export interface InboxView extends WaitingView {
  readonly thread: ThreadView;
  readonly message: string;
  readonly since: number;
}

/** A thread as clients see it. */
export function publicThread(one: Thread): ThreadView {
  const { lease: _lease, wakeAt: _wakeAt, tenant: _tenant, seq: _seq, thread, ...rest } = one;
  return { id: thread, ...rest };
}

/** A thread with its messages as clients see it. */
export function publicRead({ thread, messages, cursor }: ReadThread, view: View): ReadView {
  const waiting = callsIn(messages).filter(isWaiting);
  return {
    thread: publicThread(thread),
    messages: view.messages(messages),
    waiting: waiting.map((call) => waitingView(call, view)),
    cursor,
  };
}

/** A call that waits as clients see it. */
export function publicRow({ thread, call, message, since }: WaitingRow, view: View): InboxView {
  return { thread: publicThread(thread), message, since, ...waitingView(call, view) };
}

function waitingView(call: ToolCall, view: View): WaitingView {
  return { call: view.call(call), seen: view.seen(call) };
}
