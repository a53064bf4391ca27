import { contentAfter } from '../conversation/changes.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { newId } from '../conversation/id.ts';
import type { Excerpt } from '../store/excerpt.ts';
import type { Append, Store } from '../store/store.ts';
import type { LoadedThread, Thread, ThreadKey } from '../store/thread.ts';
import { apart } from './blobs/apart.ts';
import { StoreClock } from './store-clock.ts';

/** What it takes of a store to change threads beside whoever advances them. */
export type BesideStore = Pick<Store, 'load' | 'now' | 'append'>;

/** What somebody appends who does not hold the thread, made of the thread as it is. Nothing is appended when it is empty. */
export type MakeBeside = (conversation: Conversation, thread: Thread) => readonly ChatEvent[];

/**
 * Appends words, decisions or late outcomes beside whoever advances the thread, and has it looked at (rule D3). When
 * others come first they are made again of what holds then. Gives the conversation behind it; nothing when there is no such thread.
 */
export async function appendBeside(
  store: BesideStore,
  key: ThreadKey,
  { make, excerpt, wakesAnyway = false, about = beside }: AppendsBeside,
): Promise<Conversation | undefined> {
  for (;;) {
    const opened = await open(store, key, excerpt);
    if (!opened) return undefined;
    const { loaded, conversation } = opened;
    const events = make(conversation, loaded.thread);
    if (events.length === 0 && !wakesAnyway) return conversation;
    const { after, changes } = contentAfter(loaded, events);
    const end = events.find(isEnd);
    const more = end?.type === 'error' ? stoppedBeside(end) : about(loaded.thread);
    const append = { ...key, events, seen: loaded.thread.seq, ...changes, ...more };
    const answer = await store.append(await apart(append));
    if (answer.type === 'appended') return new Conversation({ ...after, id: key.thread, now: conversation.now });
    if (answer.type === 'missing') return undefined;
  }
}

/** What is appended, and what has to be seen of the thread for that. */
interface AppendsBeside {
  readonly make: MakeBeside;
  /** Default: all of it. */
  readonly excerpt?: Excerpt;
  /** Whether the thread is to be looked at although nothing is appended. */
  readonly wakesAnyway?: boolean;
  /** What else belongs to it. Default: the thread is looked at. */
  readonly about?: (thread: Thread) => About;
}

type About = Pick<Append, 'id' | 'wake' | 'status' | 'afterStop'>;

/** A thread as it is, or what stands in an excerpt of it, by the store's clock. */
export async function open(store: BesideStore, key: ThreadKey, excerpt?: Excerpt): Promise<Opened | undefined> {
  const loaded = await store.load(key, excerpt);
  if (!loaded) return undefined;
  const clock = new StoreClock(await store.now());
  return { loaded, conversation: new Conversation({ ...loaded, id: key.thread, now: () => clock.now() }) };
}

/** A thread that somebody looks at, and its conversation. */
export interface Opened {
  readonly loaded: LoadedThread;
  readonly conversation: Conversation;
}

/** What belongs to every append of somebody who does not hold the thread: it is looked at. */
export function beside(): About {
  return { id: newId(), wake: 'now', status: 'working' };
}

/** What belongs to an append that says that nothing more is to come: nobody need look. */
function stoppedBeside({ code }: EndEvent & { readonly type: 'error' }): Pick<Append, 'id' | 'status' | 'error'> {
  return { id: newId(), status: 'failed', error: code };
}

/** What is thrown about a thread that is not there. */
export function missing({ thread }: ThreadKey): ChatError {
  return new ChatError('invalid-request', `There is no thread ${thread}.`);
}
