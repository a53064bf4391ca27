import type { Offered, Requirement } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** What a person is shown beside the arguments. Times in milliseconds since the epoch. */
export interface Descriptor {
  readonly risk?: string;
  readonly preview?: string;
  readonly decisions: readonly Offered[];
  /** People and groups, of whom some have to approve. Absent: whoever has the right to decide may. */
  readonly approvers?: readonly string[];
  readonly expiresAt?: number;
  /** Somebody put it off until then; it may be decided earlier. */
  readonly until?: number;
  readonly because?: 'tool-changed' | 'tool-missing';
}

/** What is or was asked about a call. */
export interface Question {
  readonly reason: string | undefined;
  readonly descriptor: Descriptor;
}

/** What is or was asked about a call: of several requirements whatever all of them offer. */
export function questionAbout(call: ToolCall, requirements: readonly Requirement[]): Question {
  const reasons = requirements.flatMap(({ reason }) => reason ?? []);
  const times = requirements.flatMap(({ expiresAt }) => expiresAt ?? []);
  const approvers = [...new Set(requirements.flatMap(({ approvers: named = [] }) => named))];
  const risk = requirements.find((one) => one.risk !== undefined)?.risk;
  const preview = requirements.find((one) => one.preview !== undefined)?.preview;
  return {
    reason: reasons.length > 0 ? reasons.join('; ') : undefined,
    descriptor: {
      ...(risk !== undefined && { risk }),
      ...(preview !== undefined && { preview }),
      decisions: everything.filter((one) => requirements.every(({ decisions }) => decisions?.includes(one) ?? true)),
      ...(approvers.length > 0 && { approvers }),
      ...(times.length > 0 && { expiresAt: Math.min(...times) }),
      ...(call.state === 'snoozed' && { until: call.until }),
      ...(call.state === 'awaiting-approval' && call.because && { because: call.because }),
    },
  };
}

const everything: readonly Offered[] = ['approve', 'reject', 'answer', 'snooze'];

/** What a call is about, as it was read once (rule D2); arguments that nobody has looked at yet, or that are no JSON, as they came. */
export function inputOf(call: ToolCall): unknown {
  if (call.input !== undefined) return call.input;
  try {
    return JSON.parse(call.arguments);
  } catch {
    return call.arguments;
  }
}
