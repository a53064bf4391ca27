import type { Limits } from '../chat/limits.ts';
import type { ContentPart } from '../conversation/content.ts';
import { ChatError } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { heldBy } from '../conversation/withdraw.ts';
import type { Rewound } from '../conversation/withdraw.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { appendBeside, beside, missing } from './beside.ts';
import type { BesideStore } from './beside.ts';
import type { Follower } from './follower.ts';
import { limitWord } from './limits.ts';
import { cursorAt, watch } from './watch.ts';
import { saidIn, wordOf } from './word.ts';
import type { WordOptions } from './word.ts';

/** What is withdrawn, and what is said in its place. */
export interface Rewind extends WordOptions {
  /** The first of the messages that are withdrawn. */
  readonly message: string;
  /** Said in its place, in the same moment. Without it the model answers anew what is left. */
  readonly content?: string | readonly ContentPart[];
  /** A person says so although calls in it were started that do more than read; one that runs refuses it always. */
  readonly force?: boolean;
  /** Who withdraws it; stands in the log. */
  readonly by?: string;
}

/** Where threads are kept, and who reads their logs. */
interface At {
  readonly store: Store;
  /** Appends the word, and may have the thread advanced. */
  readonly beside: BesideStore;
  readonly follower: Follower;
  readonly limits: Limits;
}

/**
 * Withdraws a message and all that follow it, so that the model answers anew (rule D8). A run that is under way is stopped
 * first, since it speaks about what is withdrawn: the answer comes when it has ended. Throws `ChatError` `invalid-request`
 * when there is no such thread, or no such message in it.
 */
export async function rewind(at: At, key: ThreadKey, what: Rewind): Promise<Rewound> {
  const { content } = what;
  if (content !== undefined) limitWord(key, at.limits, { ...what, content });
  const word = content === undefined ? undefined : wordOf(key, content, what);
  for (;;) {
    let found: Rewound | 'under-way' | undefined;
    const then = await appendBeside(at.beside, key, {
      // A run that was stopped for it, and whose process has died, is not there to take the stop.
      about: () => ({ ...beside(), afterStop: true }),
      make: (conversation, thread) => {
        found = withdrawable(conversation, what);
        if (found.type === 'refused') return [];
        // Whoever holds it may be telling deltas of what is withdrawn, which no log would bear behind its withdrawal. Who claims
        // it after this look stores that an answer opens before the first of them, and is refused with these events (rule D3).
        if (thread.lease && thread.lease.until > conversation.now()) found = 'under-way';
        if (found === 'under-way') return [];
        const { message, by } = what;
        const rewound: ChatEvent = { type: 'rewind', message, ...(by !== undefined && { by }) };
        return [rewound, ...(word ? [said(saidIn(thread, word, conversation.now()))] : [])];
      },
    });
    if (!then || !found) throw missing(key);
    if (found !== 'under-way') return found;
    await stopped(at, key);
  }
}

function said(message: Message): ChatEvent {
  return { type: 'message', message };
}

function withdrawable(
  { id, messages }: { readonly id: string; readonly messages: readonly Message[] },
  { message, force = false }: Rewind,
): Rewound {
  const from = messages.findIndex((one) => one.id === message);
  if (from === -1) {
    throw new ChatError('invalid-request', `Rewinding thread ${id}: message ${JSON.stringify(message)} is not in it.`);
  }
  const withdrawn = messages.slice(from);
  const calls = heldBy(withdrawn, force);
  return calls.length > 0 ? { type: 'refused', calls } : { type: 'rewound', messages: withdrawn };
}

/** Stops the run that is under way, and waits for its end, or until whoever had it is certainly gone. */
async function stopped(at: At, key: ThreadKey): Promise<void> {
  const loaded = await at.store.load(key);
  if (!loaded) throw missing(key);
  const after = cursorAt(loaded.thread.seq);
  // Somebody only looks, and gives it back without a word.
  if (!(await at.store.stop(key))) return void (await new Promise((resolve) => setTimeout(resolve, soon)));
  const left = (loaded.thread.lease?.until ?? 0) - loaded.now;
  const signal = AbortSignal.timeout(Math.max(0, left) + soon);
  for await (const { event } of watch(at, key, { after, signal })) if (isEnd(event)) return;
}

/** How long somebody looks at a thread in which nothing is to be done, in milliseconds. */
const soon = 20;
