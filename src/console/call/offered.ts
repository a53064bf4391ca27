import { offersOn } from '../../client/offers.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';

/** What can be opened about a call, or done at once. */
export type Choice = 'approve' | 'edit' | 'reject' | 'answer' | 'snooze' | 'later' | 'grant';

/** What a person may choose about a call that waits, but for one in doubt; `mayGrant`: the server offers to. */
export function choicesOn(call: ToolCall, mayGrant = false): readonly Choice[] {
  const offers = offersOn(call, false);
  const may = (offer: (typeof offers)[number]): boolean => offers.includes(offer);
  const isMissing = call.state === 'awaiting-approval' && call.because === 'tool-missing';
  return [
    ...(may('approve') ? (['approve'] as const) : []),
    // Its provider runs what it has asked for; and nobody can read arguments for a tool that is missing.
    ...(may('approve') && !call.providerExecuted && !isMissing ? (['edit'] as const) : []),
    ...(may('reject') ? (['reject'] as const) : []),
    ...(may('answer') ? (['answer'] as const) : []),
    ...(may('snooze') ? (['snooze'] as const) : []),
    ...(may('approve') ? (['later'] as const) : []),
    ...(may('approve') && mayGrant ? (['grant'] as const) : []),
  ];
}
