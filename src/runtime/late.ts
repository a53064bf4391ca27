import { settled } from '../chat/outcome.ts';
import type { Outcome } from '../chat/outcome.ts';
import type { Content } from '../conversation/changes.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { LateEvidence } from '../conversation/attempt.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { isOfClosedStore } from '../store/closed.ts';
import type { ThreadKey } from '../store/thread.ts';
import { appendBeside } from './beside.ts';
import type { Setup } from './options.ts';

/** How an attempt came out. */
interface Settling {
  readonly id: string;
  readonly attempt: number;
  readonly outcome: Outcome;
}

/** What a run knew to be stored when it ended, and what is known here since. */
interface Ended {
  readonly key: ThreadKey;
  readonly stored: Content;
  readonly conversation: Conversation;
}

/**
 * Stores what started attempts came to although their run could not: its thread was lost, or its store, or the tool said
 * it after it had been given up (rule E3). An outcome is fenced by its call and attempt alone. Tried until it is stored, or the
 * store was closed.
 */
export async function storeLate({ store, report, closed }: Setup, { key, stored, conversation }: Ended): Promise<void> {
  const known = callsOf(stored.messages, conversation.messages);
  const settlings = [...callsOf(conversation.messages, stored.messages).values()].flatMap((call) => {
    const outcome = outcomeOf(call, known.get(call.id));
    return outcome && call.attempt ? [{ id: call.id, attempt: call.attempt.number, outcome }] : [];
  });
  const make = (now: Conversation): readonly ChatEvent[] => settlings.flatMap((one) => eventOf(now, one));
  for (let wait = 50; settlings.length > 0; wait = Math.min(wait * 2, 5_000)) {
    try {
      await appendBeside(store, key, { make, excerpt: { calls: settlings.map(({ id }) => id) } });
      return;
    } catch (error) {
      report(error);
      if (isOfClosedStore(error)) return;
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, wait);
        // A number where it keeps no process alive anyway.
        if (closed.signal.aborted && typeof timer === 'object') timer.unref();
      });
    }
  }
}

function eventOf(stored: Conversation, { id, attempt, outcome }: Settling): readonly ChatEvent[] {
  const call = stored.findCall(id);
  if (!call || isThere(call, { id, attempt, outcome })) return [];
  const change = settled(call, { attempt, outcome, now: stored.now() });
  return change ? [{ type: 'tool', call: change }] : [];
}

/** Whether it was stored before: by an earlier try of which nobody heard, or when another attempt came late. */
function isThere(call: ToolCall, { attempt, outcome: { to } }: Settling): boolean {
  const byItself = call.state === to.state && call.attempt?.number === attempt && !('by' in call && call.by);
  return byItself || call.lateEvidence?.some((one) => one.attempt === attempt) === true;
}

/** The calls in messages, but for those that stand in the others as they are. */
function callsOf(messages: Messages, others: Messages): ReadonlyMap<string, ToolCall> {
  const parts = messages.filter((message, index) => message !== others[index]).flatMap((message) => message.parts);
  return new Map(parts.flatMap((part) => (part.type === 'tool' ? [[part.call.id, part.call]] : [])));
}

type Messages = Conversation['messages'];

/** What is certain about an attempt, and not stored; that it was given up is not certain. */
function outcomeOf(call: ToolCall, known: ToolCall | undefined): Outcome | undefined {
  const { lateEvidence: said = [] } = call;
  if (said.length > (known?.lateEvidence ?? []).length) return told(said.at(-1)!);
  if (known?.state !== 'running' && known?.state !== 'in-doubt') return undefined;
  if (call.state === 'completed') return completed(call.output, call.content);
  return call.state === 'failed' && call.outcome === 'none' ? failed(call.reason) : undefined;
}

function told({ outcome }: LateEvidence): Outcome {
  return 'completed' in outcome ? completed(outcome.completed) : failed(outcome.failed);
}

function completed(output: unknown, content?: (ToolCall & { state: 'completed' })['content']): Outcome {
  return { cause: 'complete', to: { state: 'completed', output, ...(content && { content }) } };
}

function failed(reason: string): Outcome {
  return { cause: 'fail', to: { state: 'failed', reason, outcome: 'none' } };
}
