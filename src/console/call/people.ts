import { demandsOn } from '../../conversation/addressee.ts';
import { missingApprovals } from '../../conversation/requirement.ts';
import type { Requirement } from '../../conversation/requirement.ts';
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
    const of = demand.approvers ? `of ${listed(othersIn(demand))}` : 'of anybody else who may decide';
    return missing > 1 ? `${missing} approvals ${of}` : `an approval ${of}`;
  });
  return open.length === 0 ? undefined : `It still needs ${open.join(', and ')}.`;
}

/** Those who may still approve; a group may stand for more people than one. */
function othersIn({ approvers = [], given = [] }: Requirement): readonly string[] {
  const rest = approvers.filter((name) => !given.some(({ by }) => by === name));
  return rest.length > 0 ? rest : approvers;
}

/** Whether this person has approved already, as far as they may, and others still have to. */
export function hasApproved(call: ToolCall, person: string | undefined): boolean {
  const open = demandsOn(call);
  return (
    person !== undefined && open.length > 0 && open.every(({ given = [] }) => given.some(({ by }) => by === person))
  );
}
