import { demandsOn } from '../conversation/addressee.ts';
import type { Decision } from '../conversation/decision.ts';
import { childOf } from '../conversation/handed-out.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** What kind of decision. */
export type DecisionType = Decision['type'];

/**
 * What may be decided about a call by whoever may: nothing when it waits for nobody. While an old attempt may still act,
 * only that it happened is believed (rule E2).
 */
export function offersOn(call: ToolCall, isEarly: boolean): readonly DecisionType[] {
  switch (call.state) {
    case 'awaiting-approval':
      // Nobody has read what would be approved (rule C1).
      return call.unjudged ? ['reject'] : offered(call);
    case 'deferred':
    case 'snoozed':
      return offered(call);
    case 'awaiting-result':
      // A thread of its own has the answer.
      return childOf(call) ? ['reject'] : ['answer', 'reject'];
    case 'awaiting-input':
      return ['answer', 'reject'];
    case 'in-doubt':
      return isEarly ? ['happened'] : ['happened', 'did-not-happen', 'run-again', 'abandon'];
    default:
      return [];
  }
}

function offered(call: ToolCall): readonly DecisionType[] {
  const demands = demandsOn(call);
  const isOffered = (one: (typeof everything)[number]): boolean =>
    demands.every(({ decisions }) => decisions?.includes(one) ?? true) && !(one === 'answer' && call.providerExecuted);
  return everything.filter(isOffered);
}

const everything = ['approve', 'reject', 'answer', 'snooze'] as const;
