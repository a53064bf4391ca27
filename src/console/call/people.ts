import { demandsOn } from '../../conversation/addressee.ts';
import { missingApprovals } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';

/** `ann`, `ann or bob`, `ann, bob or carl`. */
export function listed(names: readonly string[], word = 'or'): string {
  const shown = names.map(visible);
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** What is still needed of people before a call may run; nothing where nothing is. */
export function stillNeeded(call: ToolCall): string | undefined {
  if (call.state !== 'awaiting-approval' && call.state !== 'snoozed' && call.state !== 'deferred') return undefined;
  const open = demandsOn(call).map((demand) => {
    const missing = missingApprovals(demand);
    const of = demand.approvers ? `of ${listed(demand.approvers)}` : 'of anybody who may decide';
    return missing > 1 ? `${missing} approvals ${of}` : `an approval ${of}`;
  });
  return open.length === 0 ? undefined : `It still needs ${open.join(', and ')}.`;
}
