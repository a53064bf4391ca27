import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { next } from '../conversation/next.ts';
import type { ClaimedThread } from '../store/thread.ts';
import { Holding } from './holding.ts';
import type { Moment } from './holding.ts';
import { storeLate } from './late.ts';
import type { Setup } from './options.ts';

/** After so many takeovers in which a thread did not come on it stops, lest it kill worker after worker (rule L6). */
const mostTakeovers = 5;

/** A thread that this process advances, from its claim to its end. */
export interface Advance {
  readonly claimed: ClaimedThread;
  /** When the claim was sent. */
  readonly since: Moment;
  /** Milliseconds by which the store's clock is ahead of ours. */
  readonly ahead: number;
  /** Told of everything that the run tells. */
  readonly tell: (event: ChatEvent) => void;
  /** Told of the holding while it lasts. */
  readonly onHold: (holding: Holding) => void;
}

/** Runs a thread that was claimed until it ends, pauses or is lost, and gives it back. It throws only what the store throws. */
export async function advance(setup: Setup, { claimed, since, ahead, tell, onHold }: Advance): Promise<void> {
  const { thread, messages, run } = claimed;
  const { store, lease } = setup;
  const holding = new Holding(store, claimed, { lease, since });
  onHold(holding);
  const conversation = new Conversation({ id: thread.thread, messages, run, now: () => Date.now() + ahead });
  try {
    if (claimed.takeovers > mostTakeovers) return void (await holding.commit([poisoned(conversation, claimed)]));
    // A wake that came twice. Where nothing is to be done but say that a run is over, the loop says it (rule L2).
    const isOver = thread.status !== 'working' && next(conversation, conversation.now()) === 'nothing';
    if (isOver) return await holding.release();
    const chat = setup.chats[thread.chat]!;
    const context = setup.contextOf(thread) as never;
    const { signal, commit } = holding;
    for await (const event of chat.stream(conversation, { signal, commit, context })) tell(event);
  } catch (error) {
    // The run has told its end; what it could not store is looked after below.
    if (!isTold(error) && error !== holding.signal.reason) setup.report(error);
  } finally {
    const late = { key: holding.key, stored: holding.content, conversation };
    // A tool that had been given up may still say how it came out, as long as this process lives (rule E3).
    conversation.journal.listen(() => void storeLate(setup, late));
    await storeLate(setup, late);
    // Only what gives itself back has its thread still; it is due at once.
    if (holding.handsBack) await holding.release();
    holding.leave();
  }
}

/** Whether the thread itself tells of it: not when its store failed, which is why it was lost. */
function isTold(error: unknown): boolean {
  return error instanceof ChatError && (error.code !== 'fenced' || error.cause === undefined);
}

function poisoned({ run }: Conversation, { thread, takeovers }: ClaimedThread): EndEvent {
  const message = `Thread ${thread.thread} was taken over ${takeovers} times without coming on.`;
  return { type: 'error', code: 'poisoned', message, retryable: true, usage: run.usage };
}
