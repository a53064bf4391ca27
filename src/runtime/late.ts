import { settled } from '../chat/outcome.ts';
import type { Outcome } from '../chat/outcome.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { LateEvidence, ToolCall } from '../conversation/tool-call.ts';
import { appendBeside } from './beside.ts';
import type { Content } from '../conversation/changes.ts';
import type { ThreadKey } from '../store/thread.ts';
import type { Setup } from './options.ts';

/**
 * Stores what started attempts came to although their run could not: its thread was lost, or its store, or the tool said
 * it after it had been given up (rule E3). An outcome is fenced by its call and attempt alone. Tried until it is stored.
 */
export async function storeLate(
  { store, report }: Setup,
  {
    key,
    before,
    conversation,
  }: { readonly key: ThreadKey; readonly before: Content; readonly conversation: Conversation },
): Promise<void> {
  const known = callsOf(before.messages);
  const outcomes = [...callsOf(conversation.messages).values()].flatMap((call) => {
    const outcome = outcomeOf(call, known.get(call.id));
    return outcome && call.attempt ? [{ id: call.id, attempt: call.attempt.number, outcome }] : [];
  });
  if (outcomes.length === 0) return;
  const make = (stored: Conversation): readonly ChatEvent[] =>
    outcomes.flatMap(({ id, attempt, outcome }) => {
      const call = stored.findCall(id);
      const change = call && settled(call, { attempt, outcome, now: stored.now() });
      return change ? [{ type: 'tool' as const, call: change }] : [];
    });
  for (let wait = 50; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      await appendBeside(store, key, { make });
      return;
    } catch (error) {
      report(error);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function callsOf(messages: Conversation['messages']): ReadonlyMap<string, ToolCall> {
  const parts = messages.flatMap((message) => message.parts);
  return new Map(parts.flatMap((part) => (part.type === 'tool' ? [[part.call.id, part.call]] : [])));
}

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
