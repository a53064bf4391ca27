import type { MixedTools } from '../chat/tool.ts';
import { ThreadFold } from '../client/thread-fold.ts';
import type { ThreadSnapshot } from '../client/thread.ts';
import type { ReadView } from '../client/views.ts';
import { noUsage } from '../conversation/usage.ts';
import { waitingCalls } from '../conversation/waiting.ts';

/** A thread before anything was heard of it: as somebody has read it elsewhere, or empty. */
export function firstView<T extends MixedTools>(read: ReadView | undefined): ThreadSnapshot<T> {
  const { thread, ...known } = read ? new ThreadFold(read).view() : nothing;
  const view = { status: 'connecting', ...known, ...(thread && { thread }) };
  // Its calls are of the tools of the chat whose type was given.
  return view as unknown as ThreadSnapshot<T>;
}

/** What is shown of a thread: the live view once it was read, before that the first one and the words that are on their way. */
export function shownView<T extends MixedTools>(now: ThreadSnapshot<T>, first: ThreadSnapshot<T>): ThreadSnapshot<T> {
  if (now.thread || !first.thread || now === first) return now;
  const { status, error, messages } = now;
  return { ...first, status, ...(error && { error }), messages: [...first.messages, ...messages] };
}

const nothing = {
  thread: undefined,
  messages: [],
  waiting: waitingCalls({ unsettled: [] }),
  usage: noUsage,
  progress: {},
};
