import type { Conversation } from './conversation.ts';
import type { Message } from './message.ts';

/** What a conversation needs next: its calls looked at, an answer of the model, or nothing (rule L2). */
export type Next = 'tools' | 'model' | 'nothing';

/** A pure function of the data: it says the same on every machine, however often it is asked. */
export function next(conversation: Conversation): Next {
  if (conversation.hasUnsettled) return 'tools';
  const last = conversation.messages.at(-1);
  return last !== undefined && wantsAnswer(last) ? 'model' : 'nothing';
}

/** A word of the user, an answer that was cut, a turn that the provider paused, or calls with their results. */
function wantsAnswer(last: Message): boolean {
  if (last.role !== 'assistant') return last.role === 'user';
  if (last.interrupted || last.finish === undefined || last.finish === 'pause-turn') return true;
  const calls = last.parts.flatMap((part) => (part.type === 'tool' && !part.call.providerExecuted ? [part.call] : []));
  return calls.length > 0 && !calls.some(({ final, state }) => final && state === 'completed');
}
