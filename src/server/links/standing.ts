import { seenOf } from '../../conversation/seen.ts';
import type { DecisionRecord } from '../../conversation/decision.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Claims } from './token.ts';

/** How a call stands to a link about it. */
export type Standing =
  | { readonly type: 'asked'; readonly call: ToolCall }
  /** Its person has decided since the link was made, or somebody has settled it. */
  | { readonly type: 'decided'; readonly call: ToolCall; readonly earlier: DecisionRecord }
  /** Nothing is asked any more, and nobody decided that. */
  | { readonly type: 'over'; readonly call: ToolCall }
  /** Something else is asked than when the link was made (rule D1). */
  | { readonly type: 'changed'; readonly call: ToolCall }
  /** There is no such call, or no such thread any more. */
  | { readonly type: 'gone' };

/**
 * How a call stands to a link about it. A link counts once, and the call itself says whether it has: also where others have
 * to approve it too, so that it still waits.
 */
export function standingTo({ seen, principal, decided }: Claims, call: ToolCall | undefined): Standing {
  if (!call) return { type: 'gone' };
  const since = (call.decisions ?? []).slice(decided).filter(({ decision }) => decision.type !== 'snooze');
  const mine = since.findLast(({ by }) => by === principal);
  if (mine) return { type: 'decided', call, earlier: mine };
  if (isAsked(call)) return seenOf(call) === seen ? { type: 'asked', call } : { type: 'changed', call };
  const earlier = since.at(-1);
  return earlier ? { type: 'decided', call, earlier } : { type: 'over', call };
}

/** Whether an approval of it is waited for. */
export function isAsked({ state }: ToolCall): boolean {
  return state === 'awaiting-approval' || state === 'snoozed' || state === 'deferred';
}
