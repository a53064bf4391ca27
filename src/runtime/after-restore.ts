import type { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { newId } from '../conversation/id.ts';
import { move } from '../conversation/move.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { Store } from '../store/store.ts';
import type { Thread, ThreadKey } from '../store/thread.ts';
import { appendBeside, beside } from './beside.ts';

/** What was done to threads whose store was set back. */
export interface Restored {
  /** Threads that were taken from whoever had them: all there are. */
  readonly threads: number;
  /** Calls that were put in doubt. */
  readonly calls: number;
}

/**
 * Makes threads of a store safe that was restored from a backup, or has lost its last commits in a failover: nothing that was
 * written for its former state is taken any more, and every call that was approved or ran, of a tool that is not `read`, is
 * in doubt (rule E8). Called again it changes nothing more. Throws `ChatError` `busy`, before anything is changed, when
 * somebody advances a thread, unless it is forced: stop what works on the store first.
 *
 * @example
 * const { threads, calls } = await afterRestore(sqliteStore('chats.db'));
 */
export async function afterRestore(
  store: Store,
  { force = false }: { readonly force?: boolean } = {},
): Promise<Restored> {
  let threads = 0;
  let calls = 0;
  let after: string | undefined;
  do {
    const page = await store.revoke({ limit: pageSize, force, ...(after !== undefined && { after }) });
    if (page.type === 'held') throw held(page.thread, page.holder);
    threads += page.count;
    for (const key of page.unsure) calls += await putInDoubt(store, key);
    after = page.next;
  } while (after !== undefined);
  return { threads, calls };
}

/** How many threads are taken in one transaction. */
const pageSize = 200;

/** Puts a thread's calls in doubt, and has it looked at: the checks of its tools are asked, or people. Gives how many. */
async function putInDoubt(store: Store, key: ThreadKey): Promise<number> {
  let calls = 0;
  const make = (conversation: Conversation): readonly ChatEvent[] => {
    const events = doubts(conversation);
    calls = events.length;
    return events;
  };
  // What has failed is tried again by people alone.
  const about = ({ status }: Thread) => (status === 'failed' ? { id: newId() } : beside());
  await appendBeside(store, key, { make, excerpt: {}, wakesAnyway: true, about });
  return calls;
}

function doubts(conversation: Conversation): readonly ChatEvent[] {
  const askedAt = conversation.now();
  return conversation.unsettled.flatMap((call): readonly ChatEvent[] => {
    const reason = reasonOf(call);
    if (reason === undefined) return [];
    return [{ type: 'tool', call: move(call, 'restore', { state: 'in-doubt', reason, askedAt }) }];
  });
}

/** Why nobody knows what became of a call; nothing where that is known, or does not matter. A class that is not known counts as `once`. */
function reasonOf({ state, effect, attempt, providerExecuted }: ToolCall): string | undefined {
  if (effect === 'read') return undefined;
  // What its provider began by itself was part of an answer that was cut: it goes with that (rule W3).
  if (state === 'running') return providerExecuted && !attempt ? undefined : wasRunning;
  return state === 'approved' ? wasApproved : undefined;
}

const setBack = 'the database was set back to an earlier state';
const wasApproved = `${setBack}, in which this was approved: it may have been started since, once or more often`;
const wasRunning = `${setBack}, in which this was running: it may have ended since, or have been started again`;

function held({ tenant, thread }: ThreadKey, holder: string): ChatError {
  const who = `${holder} advances thread ${thread} of tenant ${tenant}`;
  const message = `Putting threads in order after a restore: ${who}; stop whoever works on them first.`;
  return new ChatError('busy', message, { retryable: true });
}
