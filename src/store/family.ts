import { contentAfter } from '../conversation/changes.ts';
import { freshRun } from '../conversation/draft.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { OpenedChild } from '../conversation/handed-out.ts';
import { newId } from '../conversation/id.ts';
import type { Append } from './store.ts';
import type { NewThread, Thread } from './thread.ts';

/** A thread that is opened for a call, and the append with which it begins (rule C3). */
export interface Opening {
  readonly thread: NewThread;
  readonly append: Append;
}

/** What an append to a thread opens. `now` in milliseconds since the epoch. The same in every store. */
export function openingsOf(parent: Thread, { children }: Append, now: number): readonly Opening[] {
  return (children?.opened ?? []).map((child) => openingOf(parent, child, now));
}

/**
 * Threads of the tenant that are to be looked at because of an append: those whose answer nobody waits for any more, and the one
 * that waits for the answer of this one, whose run has ended.
 */
export function nudgedBy({ within }: Thread, { children, status }: Append): readonly string[] {
  const parent = within?.at(-1)?.thread;
  const isOver = status === 'done' || status === 'failed';
  return [...(children?.left ?? []), ...(isOver && parent !== undefined ? [parent] : [])];
}

function openingOf(parent: Thread, { call, thread, chat, say, title, author }: OpenedChild, now: number): Opening {
  const { tenant, owner } = parent;
  const within = [...(parent.within ?? []), { thread: parent.thread, call }];
  const word = { id: newId(), role: 'user', parts: [{ type: 'text', text: say }], at: now } as const;
  const events: readonly ChatEvent[] = [
    { type: 'message', message: { ...word, ...(author !== undefined && { author }) } },
  ];
  const { changes } = contentAfter({ messages: [], run: freshRun }, events);
  const named = { ...(owner !== undefined && { owner }), ...(title !== undefined && { title }) };
  return {
    thread: { tenant, thread, chat, within, ...named },
    append: { tenant, thread, id: newId(), events, seen: 0, status: 'working', wake: 'now', ...changes },
  };
}
