import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { move } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { cancelUnstarted } from '../conversation/withdraw.ts';
import type { Holding } from './holding.ts';

/**
 * Ends a thread whose answer nobody waits for any more: what was not started is cancelled, and what had been started by
 * a process that is gone is in doubt, as anywhere else (rules C3, E1).
 */
export async function abandon(holding: Holding, conversation: Conversation): Promise<void> {
  for (;;) {
    const answer = await holding.commit([...withdrawn(conversation), ended(conversation)]);
    if (typeof answer !== 'object' || !('refused' in answer)) return;
    for (const event of answer.refused) conversation.apply(event);
  }
}

function withdrawn(conversation: Conversation): readonly ChatEvent[] {
  const { unsettled } = conversation;
  const started = unsettled.filter(({ state }) => state === 'running');
  const moved = started.map((call): ChatEvent => ({ type: 'tool', call: leftBehind(call, conversation.now()) }));
  return [...moved, ...cancelUnstarted(unsettled, 'parent')];
}

function leftBehind(call: ToolCall, now: number): ToolCallChange {
  const outcome = call.effect === 'read' ? 'none' : 'unknown';
  if (outcome === 'none' || call.providerExecuted)
    return move(call, 'cancel', { state: 'cancelled', by: 'parent', outcome });
  const reason = 'the process that ran it ended before it said what happened';
  return move(call, 'doubt', { state: 'in-doubt', reason, askedAt: now });
}

function ended({ run }: Conversation): EndEvent {
  const message = 'The call that this thread answers is not waited for any more.';
  return { type: 'error', code: 'aborted', message, retryable: false, usage: run.usage };
}
