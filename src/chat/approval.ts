import { addresseesOfDemand, demandsOn, isAddressed, requesterIn } from '../conversation/addressee.ts';
import type { Person } from '../conversation/addressee.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { childOf } from '../conversation/handed-out.ts';
import { isOpen } from '../conversation/requirement.ts';
import type { Offered, Requirement } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** Who decides, and who asked for the call: what a requirement may be about. */
export interface Parties extends Person {
  readonly requester: string | undefined;
}

/** Whose word the call follows from: the author of the last thing a user had said before it. */
export function requesterOf(conversation: Conversation, call: ToolCall): string | undefined {
  const { messages } = conversation;
  const at = messages.findLastIndex(({ parts }) =>
    parts.some((part) => part.type === 'tool' && part.call.id === call.id),
  );
  return requesterIn(messages, at);
}

/** Whether this person is among those who may decide about it. */
export function mayDecide({ approvers }: Requirement, person: Person): boolean {
  return approvers === undefined || approvers.some((name) => isAddressed({ name }, person));
}

/** Whether an approval by this person meets it. Who is not known cannot be told apart from the requester. */
export function mayMeet(requirement: Requirement, parties: Parties): boolean {
  return addresseesOfDemand(requirement, parties.requester).some((one) => isAddressed(one, parties));
}

/** The requirements after this person's approval: what it meets is marked, whose it is and when. */
export function met(requirements: readonly Requirement[], parties: Parties, at: number): readonly Requirement[] {
  const { by } = parties;
  return requirements.map((one) =>
    isOpen(one) && mayMeet(one, parties) ? { ...one, met: { ...(by !== undefined && { by }), at } } : one,
  );
}

/** Whether it waits for somebody who has its tool, and was never judged (rule C1). */
export function isUnjudged(call: ToolCall): boolean {
  return call.state === 'awaiting-approval' && call.unjudged === true;
}

/** Why this person may not take this decision; nothing when they may. Approvals may meet a part of what is required (rule D4). */
export function barred(call: ToolCall, decision: Offered, parties: Parties): string | undefined {
  // No policy has said who may approve it, and nobody has read what would be approved (rule C1).
  if (isUnjudged(call) && decision !== 'reject') return unjudged;
  if (childOf(call) && decision === 'answer') return 'a thread of its own answers it';
  const open = demandsOn(call);
  const unoffered = open.some(({ decisions }) => decisions && !decisions.includes(decision));
  if (unoffered) return `${decision} is not offered`;
  const mine = open.filter((one) => mayDecide(one, parties));
  if (open.length > 0 && mine.length === 0) return `only ${namesOf(open)} may decide about it`;
  if (decision === 'approve' && open.length > 0 && !open.some((one) => mayMeet(one, parties))) {
    return 'whoever asked for it may not approve it';
  }
  // An answer in place of the tool stands for every approval that is still open.
  if (decision === 'answer' && !open.every((one) => mayMeet(one, parties))) return 'others have to agree to an answer';
  return undefined;
}

const unjudged = 'nobody has judged it who has its tool: until then it can only be rejected';

/** Why this person may not say what became of a call in doubt. */
export function barredFromDoubt(call: ToolCall, parties: Parties): string | undefined {
  const named = (call.requirements ?? []).filter(({ approvers }) => approvers);
  const mine = named.length === 0 || named.some((one) => mayDecide(one, parties));
  return mine ? undefined : `only ${namesOf(named)} may say what became of it`;
}

function namesOf(requirements: readonly Requirement[]): string {
  return [...new Set(requirements.flatMap(({ approvers = [] }) => approvers))].join(', ');
}
