import { changed } from '../conversation/changes.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { newId } from '../conversation/id.ts';
import type { Append, Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';

/** What somebody appends who does not hold the thread, made of the thread as it is. Nothing is appended when it is empty. */
export type MakeBeside = (conversation: Conversation) => readonly ChatEvent[];

/**
 * Appends words, decisions or late outcomes beside whoever advances the thread, and has it looked at (rule D3). When
 * others come first they are made again of what holds then. Gives the conversation behind it; nothing when there is no such thread.
 */
export async function appendBeside(
  store: Store,
  key: ThreadKey,
  { make, wakesAnyway = false }: { readonly make: MakeBeside; readonly wakesAnyway?: boolean },
): Promise<Conversation | undefined> {
  for (;;) {
    const loaded = await store.load(key);
    if (!loaded) return undefined;
    const ahead = (await store.now()) - Date.now();
    const conversation = new Conversation({ ...loaded, id: key.thread, now: () => Date.now() + ahead });
    const events = make(conversation);
    if (events.length === 0 && !wakesAnyway) return conversation;
    const { after, changes } = changed(loaded, events);
    const wake: Partial<Append> = { wake: 'now', status: 'working' };
    const append = { ...key, id: newId(), events, seen: loaded.thread.seq, ...changes, ...wake };
    const answer = await store.append(append);
    if (answer.type === 'appended') return new Conversation({ ...after, id: key.thread, now: conversation.now });
    if (answer.type === 'missing') return undefined;
  }
}

/** What is thrown about a thread that is not there. */
export function missing({ thread }: ThreadKey): ChatError {
  return new ChatError('invalid-request', `There is no thread ${thread}.`);
}
