import type { LateEvidence } from '../conversation/attempt.ts';
import type { Decision, DecisionRecord } from '../conversation/decision.ts';
import type { Requirement } from '../conversation/requirement.ts';
import type { Sensitive } from '../conversation/sensitive.ts';
import type { CallStanding, ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { redacted, withheld } from '../conversation/redaction.ts';

/** What is known of who looks on. */
export interface OnLooker {
  /** Whether they run what is handed out to be run elsewhere: then they see with what. */
  readonly runs: boolean;
}

/**
 * A call, or a change of one, without what its tool keeps to itself. Arguments are shown as they were read, never as the model
 * wrote them, since nobody knows what stands where in those. Reasons and previews may have been made of anything, and are
 * withheld whole; a question is put to whoever looks on, and stays.
 */
export function redactedCall<Call extends ToolCall | ToolCallChange>(
  call: Call,
  sensitive: Sensitive,
  { runs }: OnLooker,
): Call {
  const { input, arguments: text, requirements, decisions, lateEvidence } = call;
  const isTheirs = runs && call.state === 'awaiting-result' && !call.child;
  const shown = input === undefined ? withheld : redacted(input, sensitive);
  return {
    ...call,
    ...standingWithout(call, sensitive),
    sensitive,
    ...(input !== undefined && !isTheirs && { input: shown }),
    ...(text !== undefined && !isTheirs && { arguments: JSON.stringify(shown) }),
    ...(requirements && { requirements: requirements.map(requirementWithout) }),
    ...(decisions && { decisions: decisions.map((one) => recordWithout(one, sensitive)) }),
    ...(lateEvidence && { lateEvidence: lateEvidence.map((one) => evidenceWithout(one, sensitive)) }),
  };
}

/** What of its standing is others then. What a model is shown in place of an output may say all of it. */
function standingWithout(standing: CallStanding, sensitive: Sensitive): object {
  switch (standing.state) {
    case 'completed':
      return { output: redacted(standing.output, sensitive), content: undefined };
    case 'failed':
      // That an error has a name is no secret, and support asks for it.
      return { reason: standing.errorId === undefined ? withheld : `error ${standing.errorId}` };
    case 'in-doubt':
      return { reason: withheld };
    case 'denied':
    case 'rejected':
      return standing.reason === undefined ? {} : { reason: withheld };
    case 'awaiting-result': {
      const { child } = standing;
      return child ? { child: { ...child, say: withheld, ...(child.title !== undefined && { title: withheld }) } } : {};
    }
    case 'proposed':
    case 'awaiting-approval':
    case 'deferred':
    case 'snoozed':
    case 'approved':
    case 'running':
    case 'awaiting-input':
    case 'cancelled':
      return {};
  }
}

function requirementWithout(requirement: Requirement): Requirement {
  const { reason, preview } = requirement;
  return {
    ...requirement,
    ...(reason !== undefined && { reason: withheld }),
    ...(preview !== undefined && { preview: withheld }),
  };
}

/** Also without the digest of what was decided about: a number of four digits is found by trying all of them. */
function recordWithout({ seen: _seen, ...record }: DecisionRecord, sensitive: Sensitive): DecisionRecord {
  return { ...record, decision: decisionWithout(record.decision, sensitive) };
}

function decisionWithout(decision: Decision, sensitive: Sensitive): Decision {
  switch (decision.type) {
    case 'approve':
      return decision.input === undefined ? decision : { ...decision, input: redacted(decision.input, sensitive) };
    case 'answer':
    case 'happened':
      return { ...decision, output: redacted(decision.output, sensitive) };
    case 'reject':
      return decision.reason === undefined ? decision : { ...decision, reason: withheld };
    case 'snooze':
    case 'did-not-happen':
    case 'run-again':
    case 'abandon':
      return decision;
  }
}

function evidenceWithout(evidence: LateEvidence, sensitive: Sensitive): LateEvidence {
  const { outcome } = evidence;
  if ('failed' in outcome) return { ...evidence, outcome: { failed: withheld } };
  return { ...evidence, outcome: { completed: redacted(outcome.completed, sensitive) } };
}
