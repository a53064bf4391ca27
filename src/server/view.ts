import { idempotencyKey } from '../chat/idempotency-key.ts';
import { requesterIn } from '../conversation/addressee.ts';
import type { GrantOffer } from '../conversation/grant-offer.ts';
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
  /** The idempotency key that its attempts had, by which the other side may know them: for those who decide, once it was started. */
  readonly key?: string;
  /** What may be granted with an approval; only for who may decide, where something is granted at all. */
  readonly grants?: GrantOffer;
}

/** It in a thread that was read whole. */
export interface AskedView extends WaitingView {
  /** Whose word it follows from: the author of the last thing a user had said before it. Absent when that is not known. */
  readonly askedBy?: string;
}

/** A thread with its messages, what waits in it, and the place to watch it from. */
export interface ReadView {
  readonly thread: ThreadView;
  readonly messages: readonly Message[];
  readonly waiting: readonly AskedView[];
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
  return {
    thread: publicThread(thread),
    messages: view.messages(messages),
    waiting: messages.flatMap((message, at) => {
      const askedBy = requesterIn(messages, at);
      const calls = callsIn([message]).filter(isWaiting);
      return calls.map((call) => ({
        ...waitingView(thread, call, view),
        ...(askedBy !== undefined && { askedBy }),
      }));
    }),
    cursor,
  };
}

/** A call that waits as clients see it. */
export function publicRow({ thread, call, message, since }: WaitingRow, view: View): InboxView {
  return { thread: publicThread(thread), message, since, ...waitingView(thread, call, view) };
}

function waitingView({ thread }: Thread, call: ToolCall, view: View): WaitingView {
  // A provider that runs a call itself is given none.
  const hasKey = view.showsDecisions && call.attempt && call.input !== undefined && !call.providerExecuted;
  return {
    call: view.call(call),
    seen: view.seen(call),
    ...(hasKey && { key: idempotencyKey(thread, call) }),
  };
}
