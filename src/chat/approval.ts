import { addresseesOfDemand, demandsOn, isAddressed, requesterIn } from '../conversation/addressee.ts';
import type { Person } from '../conversation/addressee.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { childOf } from '../conversation/handed-out.ts';
import { isOpen, missingApprovals } from '../conversation/requirement.ts';
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

/** Whether an approval by this person counts for it. Who is not known cannot be told apart from the requester. */
export function mayMeet(requirement: Requirement, parties: Parties): boolean {
  const isTheirs = addresseesOfDemand(requirement, parties.requester).some((one) => isAddressed(one, parties));
  return isTheirs && !isOneOfMany(requirement, parties);
}

/** Whether several have to approve, of whom this person is one already, or nobody in particular. */
function isOneOfMany({ quorum = 1, given = [] }: Requirement, { by }: Parties): boolean {
  return quorum > 1 && (by === undefined || given.some((one) => one.by === by));
}

/** The requirements after this person's approval: what it counts for is marked, whose it is and when. */
export function met(requirements: readonly Requirement[], parties: Parties, at: number): readonly Requirement[] {
  return requirements.map((one) => (isOpen(one) && mayMeet(one, parties) ? approvedBy(one, parties, at) : one));
}

function approvedBy(requirement: Requirement, { by }: Parties, at: number): Requirement {
  const { quorum = 1, given = [] } = requirement;
  const several = quorum > 1 && by !== undefined ? { given: [...given, { by, at }] } : {};
  if (missingApprovals(requirement) > 1) return { ...requirement, ...several };
  return { ...requirement, ...several, met: { ...(by !== undefined && { by }), at } };
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
    return open.some((one) => isOneOfMany(one, parties))
      ? oneOfMany(parties)
      : 'whoever asked for it may not approve it';
  }
  // An answer in place of the tool stands for every approval that is still missing.
  const isLast = (one: Requirement): boolean => mayMeet(one, parties) && missingApprovals(one) === 1;
  if (decision === 'answer' && !open.every(isLast)) return 'others have to agree to an answer';
  return undefined;
}

function oneOfMany({ by }: Parties): string {
  return by === undefined ? 'several people have to agree, each by name' : 'others have to agree too';
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
