import type { Attributes } from '@opentelemetry/api';
import type { DecisionRecord } from '../conversation/decision.ts';
import type { CallState, ToolCall } from '../conversation/tool-call.ts';
import { isOpen } from '../conversation/requirement.ts';
import { textOf } from './content.ts';
import type { Content } from './content.ts';

/** How a call got its approval, or did not: for spans and their events. */
export function approvalAttributes(call: ToolCall, content: Content): Attributes {
  const decided = decidedOf(call);
  const wait = waitOf(call, decided?.at);
  const risk = risksOf(call);
  const reason = reasonOf(call, content);
  return {
    'yourcall.approval.id': call.id,
    'yourcall.approval.decision': decisionOf(call, decided),
    'yourcall.approval.decided_by': decided ? (decided.by ?? 'person') : 'policy',
    ...(decided && wait !== undefined && { 'yourcall.approval.wait_ms': wait }),
    ...(risk !== undefined && { 'yourcall.approval.risk': risk }),
    ...(reason !== undefined && { 'yourcall.approval.policy_reason': reason }),
  };
}

/** Whether nobody has said the last word about what a person was asked: snoozed, or wanted by others too, it waits on. */
export function isUndecided(call: ToolCall): boolean {
  const decided = decidedOf(call);
  if (!decided || decided.decision.type === 'snooze') return true;
  return decided.decision.type === 'approve' && call.requirements?.some(isOpen) === true;
}

/** The last decision about what is asked now; one about an earlier question is none. */
function decidedOf({ decisions, askedAt = 0 }: ToolCall): DecisionRecord | undefined {
  const last = decisions?.at(-1);
  return last && last.at >= askedAt ? last : undefined;
}

/** How long it had waited for a person, in milliseconds, at a time. */
export function waitOf({ askedAt }: ToolCall, at: number | undefined): number | undefined {
  return askedAt === undefined || at === undefined ? undefined : Math.max(0, at - askedAt);
}

const asking: ReadonlySet<CallState> = new Set<CallState>([
  'awaiting-approval',
  'awaiting-input',
  'snoozed',
  'in-doubt',
]);

/** The word of whoever decided: a person's decision, or what the policies made of it. */
function decisionOf(call: ToolCall, decided: DecisionRecord | undefined): string {
  if (call.state === 'denied') return call.by === 'expired' ? 'expired' : 'denied';
  if (decided) return decided.decision.type;
  return asking.has(call.state) ? 'ask' : 'allow';
}

/** Words of the author of a policy, `money` or `delete`: kinds, not content. */
function risksOf({ requirements = [] }: ToolCall): string | undefined {
  const risks = requirements.flatMap(({ risk }) => risk ?? []);
  return risks.length === 0 ? undefined : [...new Set(risks)].join(', ');
}

/** A policy may put arguments into its reason. */
function reasonOf(call: ToolCall, content: Content): string | undefined {
  const denied = call.state === 'denied' && call.reason !== undefined ? [call.reason] : [];
  const reasons = [...denied, ...(call.requirements ?? []).flatMap(({ reason }) => reason ?? [])];
  if (reasons.length === 0) return undefined;
  return textOf(content.wordsOfCall(reasons.join('; '), 'reason', call));
}
