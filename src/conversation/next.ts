import type { Conversation } from './conversation.ts';
import type { Message } from './message.ts';
import type { ToolCall } from './tool-call.ts';

/** What a conversation needs next: its calls looked at, an answer of the model, or nothing (rule L2). */
export type Next = 'tools' | 'model' | 'nothing';

/**
 * A pure function of the data: it says the same on every machine, however often it is asked. `now` in milliseconds since
 * the epoch: without it, no time has come.
 */
export function next(conversation: Conversation, now: number = -Infinity): Next {
  let isToBeTold = false;
  for (const call of conversation.eachUnsettled()) {
    if (!isAtProvider(call, now)) return 'tools';
    isToBeTold ||= call.state === 'approved';
  }
  const last = conversation.messages.at(-1);
  return isToBeTold || (last !== undefined && wantsAnswer(last)) ? 'model' : 'nothing';
}

/** Nothing can be done about it here: its provider runs it, or is told with the next request that it may (rule W3). */
function isAtProvider({ providerExecuted, state, notBefore }: ToolCall, now: number): boolean {
  if (!providerExecuted) return false;
  return state === 'running' || (state === 'approved' && (notBefore === undefined || notBefore <= now));
}

/** A word of the user, an answer that was cut, a turn that the provider paused, or calls with their results. */
function wantsAnswer(last: Message): boolean {
  if (last.role !== 'assistant') return last.role === 'user';
  if (last.interrupted || last.finish === undefined || last.finish === 'pause-turn') return true;
  // What a provider ran by itself it knows already; how its question for an approval was answered it does not.
  const calls = last.parts.flatMap((part) =>
    part.type === 'tool' && (!part.call.providerExecuted || part.call.needsApproval) ? [part.call] : [],
  );
  return calls.length > 0 && !calls.some(({ final, state }) => final && state === 'completed');
}
