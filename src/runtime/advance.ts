import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { childOf } from '../conversation/handed-out.ts';
import { next } from '../conversation/next.ts';
import { isOfClosedStore } from '../store/closed.ts';
import type { ClaimedThread } from '../store/thread.ts';
import { abandon } from './abandoned.ts';
import { asking } from './blobs/asking.ts';
import { Family } from './family.ts';
import type { GroupCommit } from './group-commit.ts';
import { Holding } from './holding.ts';
import { Lease } from './lease.ts';
import type { Moment } from './lease.ts';
import { storeLate } from './late.ts';
import { mayPass } from './may-pass.ts';
import type { Setup } from './options.ts';
import { spoken } from './recovered.ts';

/** After so many takeovers in which a thread did not come on it stops, lest it kill worker after worker (rule L6). */
const mostTakeovers = 5;

/** A thread that this process advances, from its claim to its end. */
export interface Advance {
  readonly claimed: ClaimedThread;
  /** When the claim was sent. */
  readonly since: Moment;
  /** Writes what is said between the commits. */
  readonly group: GroupCommit;
  /** Told of the holding while it lasts. */
  readonly onHold: (holding: Holding) => void;
}

/** Runs a thread that was claimed until it ends, pauses or is lost, and gives it back. It throws only what the store throws. */
export async function advance(setup: Setup, { claimed, since, group, onHold }: Advance): Promise<void> {
  const { thread } = claimed;
  const { store } = setup;
  const lease = new Lease(store, claimed, { lease: setup.lease, since });
  const report = (error: unknown): void => {
    setup.report(error);
    // It would be tried again for as long as the lease lasts.
    if (isOfClosedStore(error)) lease.lose(error);
  };
  const nudge = (): void => conversation.journal.nudge();
  const holding = new Holding({ store, claimed, lease, group, nudge, report });
  onHold(holding);
  const conversation = new HeldConversation(holding, claimed);
  try {
    if (claimed.takeovers > mostTakeovers) return void (await holding.commit([poisoned(conversation, claimed)]));
    if (isOver(claimed, conversation)) return await holding.release();
    const family = new Family(setup, thread);
    if (thread.within && !(await family.isAwaited())) return await abandon(holding, conversation);
    if (conversation.unsettled.some(childOf)) await family.look(conversation);
    holding.onNews = family.listen(conversation, lease);
    const chat = setup.chats[thread.chat]!;
    const context = setup.contextOf(thread) as never;
    const { signal, key } = lease;
    const apart = { ask: asking(store, key), limits: setup.limits, children: family };
    const events = chat.stream(conversation, { signal, commit: holding.commit, context, ...apart });
    // Whoever wants to know reads the log.
    for await (const _ of events);
  } catch (error) {
    // The run has told its end; what it could not store is looked after below.
    if (lease.failure !== undefined) setup.report(lease.failure);
    else if (holding.unwritable) {
      setup.report(holding.unwritable);
      await holding.commit(broken(holding));
    } else if (!isTold(error) && error !== lease.signal.reason) setup.report(error);
  } finally {
    const late = { key: lease.key, stored: holding.content, conversation };
    // A tool that had been given up may still say how it came out, as long as this process lives (rule E3).
    conversation.journal.listen(() => void storeLate(setup, late));
    await storeLate(setup, late);
    // Only what gives itself back has its thread still, which is due at once then, and whose end somebody else has told.
    if (holding.handsBack || holding.isEnded) await holding.release();
    else if (mayPass(lease.failure)) await holding.letGo();
    lease.leave();
  }
}

/** The conversation of a run: its holder hears of each event as it is folded, before anybody else does. */
class HeldConversation extends Conversation {
  readonly #holding: Holding;

  constructor(holding: Holding, claimed: ClaimedThread) {
    const now = (): number => holding.lease.clock.now();
    super({ id: claimed.thread.thread, messages: spoken(claimed, claimed.deltas), run: claimed.run, now });
    this.#holding = holding;
  }

  override apply(event: ChatEvent): void {
    this.#holding.admit(event);
    super.apply(event);
    this.#holding.tell(event);
  }
}

/**
 * A wake that came twice, or of a thread that answers a call which has ended otherwise. Where nothing is to be done but say
 * that a run is over, the loop says it (rule L2).
 */
function isOver({ thread: { status }, takeovers }: ClaimedThread, conversation: Conversation): boolean {
  if (status === 'working') return false;
  // It failed, and nobody has said anything since; whoever died here had been woken by a call of it.
  if (status === 'failed' && takeovers === 0 && !conversation.hasUnsettled) return true;
  return next(conversation, conversation.now()) === 'nothing';
}

/** Whether the thread itself tells of it: not when its store failed, which is why it was lost. */
function isTold(error: unknown): boolean {
  return error instanceof ChatError && (error.code !== 'fenced' || error.cause === undefined);
}

/** The end of a run whose last events can never be stored: the answer that it was giving is withdrawn with them. */
function broken({ content: { messages, run }, unwritable }: Holding): readonly ChatEvent[] {
  const { code, message, retryable } = unwritable!;
  const last = messages.at(-1);
  const isOpen = last?.role === 'assistant' && last.finish === undefined && !last.interrupted;
  return [
    ...(isOpen ? [{ type: 'reset', message: last.id, keep: false, reason: message } as const] : []),
    { type: 'error', code, message, retryable, usage: run.usage },
  ];
}

function poisoned({ run }: Conversation, { thread, takeovers }: ClaimedThread): EndEvent {
  const message = `Thread ${thread.thread} was taken over ${takeovers} times without coming on.`;
  return { type: 'error', code: 'poisoned', message, retryable: true, usage: run.usage };
}
