import type { DecisionRecord } from './decision.ts';
import { orderedJson, sha256 } from './digest.ts';
import type { Requirement } from './requirement.ts';
import type { CallState, ToolCall } from './tool-call.ts';

/** A decision that a call took, and what it was about: what an audit trail keeps (rule S7). */
export interface DecisionTaken extends DecisionRecord {
  readonly call: string;
  readonly name: string;
  /** The revision of the call that has it (rule D1). */
  readonly revision: number;
  /** Which attempt of the tool it was about, when one had been started. */
  readonly attempt?: number;
  /** Where the call stood before. */
  readonly from?: CallState;
  /** Where it stood then. */
  readonly to: CallState;
  /** SHA-256 of the input that was decided about, as canonical JSON; an edited one stands in the decision. */
  readonly input?: string;
  /** What was demanded of a person. */
  readonly requirements?: readonly Pick<Requirement, 'reason' | 'risk' | 'approvers' | 'quorum'>[];
  /** What a tool asked, or why nobody knew what had become of it. */
  readonly question?: string;
}

/** Decisions of a call that it did not have before. */
export function decisionsTaken(before: ToolCall | undefined, call: ToolCall): readonly DecisionTaken[] {
  const news = call.decisions?.slice(before?.decisions?.length ?? 0) ?? [];
  if (news.length === 0) return [];
  const asked = before ?? call;
  const about: Omit<DecisionTaken, keyof DecisionRecord> = {
    call: call.id,
    name: call.name,
    revision: call.revision,
    ...(asked.attempt && { attempt: asked.attempt.number }),
    ...(before && { from: before.state }),
    to: call.state,
    ...(asked.input !== undefined && { input: sha256(orderedJson(asked.input)) }),
    ...(asked.requirements && {
      requirements: asked.requirements.map(({ reason, risk, approvers, quorum }) => ({
        ...(reason !== undefined && { reason }),
        ...(risk !== undefined && { risk }),
        ...(approvers && { approvers }),
        ...(quorum !== undefined && { quorum }),
      })),
    }),
    ...questionOf(asked),
  };
  return news.map((record) => ({ ...record, ...about }));
}

function questionOf(call: ToolCall): { readonly question?: string } {
  if (call.state === 'awaiting-input') return { question: call.question };
  return call.state === 'in-doubt' ? { question: call.reason } : {};
}
