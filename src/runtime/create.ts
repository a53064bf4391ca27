import { ChatError } from '../conversation/error.ts';
import { newId } from '../conversation/id.ts';
import type { Message } from '../conversation/message.ts';
import { isSettled } from '../conversation/move.ts';
import type { NewThread, ThreadKey } from '../store/thread.ts';
import { appendBeside } from './beside.ts';
import type { Setup } from './options.ts';

/** A thread that is to be made; what is left out is found. */
export interface ThreadToMake extends Omit<NewThread, 'thread' | 'chat' | 'within'> {
  /** Default: drawn by lot. */
  readonly thread?: string;
  /** Default: the first of the runtime. */
  readonly chat?: string;
  /**
   * What was said before, elsewhere, all calls in it settled. No model is asked about it until somebody says something. It
   * is trusted like code: never give it what a client sent (rule C2).
   */
  readonly messages?: readonly Message[];
}

/** Makes a thread. One that was made and is still empty, as by somebody who died before its messages, is filled. */
export async function create({ store, chats }: Setup, { messages = [], ...given }: ThreadToMake): Promise<ThreadKey> {
  const { thread = crypto.randomUUID(), chat = Object.keys(chats)[0] ?? 'default', ...more } = given;
  // Untyped code that forgot it would put the threads of all into one place.
  if (typeof more.tenant !== 'string') throw refused('`tenant` is missing');
  const attempt = `thread ${thread}`;
  check(attempt, messages);
  const key = { tenant: more.tenant, thread };
  const isMade = await store.create({ ...more, thread, chat });
  if (isMade && messages.length === 0) return key;
  let isFilled = false;
  if (messages.length > 0) {
    await appendBeside(store, key, {
      make: (_conversation, { seq, owner }) => {
        isFilled = seq === 0;
        return isFilled ? messages.map((message) => ({ type: 'message', message: owned(message, owner) })) : [];
      },
      about: () => ({ id: newId(), status: 'done' }),
    });
  }
  if (!isFilled) throw refused(`its id is taken`, attempt);
  return key;
}

/** A word without a name is its owner's, as if it had been said here (rule D7). */
function owned(message: Message, owner: string | undefined): Message {
  return message.role === 'user' && owner !== undefined ? { author: owner, ...message } : message;
}

function check(attempt: string, messages: readonly Message[]): void {
  const calls = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
  const open = calls.find(({ state }) => !isSettled(state));
  if (open) throw refused(`call ${open.id} (${open.name}) is ${open.state}, which is not settled`, attempt);
  const ids = new Set<string>();
  const twice = [...messages, ...calls].find(({ id }) => ids.size === ids.add(id).size)?.id;
  if (twice !== undefined) throw refused(`the id ${JSON.stringify(twice)} stands twice in its messages`, attempt);
}

function refused(why: string, attempt = 'a thread'): ChatError {
  return new ChatError('invalid-request', `Making ${attempt}: ${why}.`);
}
