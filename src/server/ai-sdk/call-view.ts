import { seenOf } from '../../conversation/seen.ts';
import { isOpen } from '../../conversation/requirement.ts';
import type { Offered, Requirement } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';

/** Where a tool part of the AI SDK stands once its arguments are there. */
export type Standing =
  | 'input-available'
  | 'approval-requested'
  | 'approval-responded'
  | 'output-available'
  | 'output-error'
  | 'output-denied';

/** That somebody was asked about a call, and what they said. */
export interface Approval {
  readonly id: string;
  /** Absent while it is asked. */
  readonly approved?: boolean;
  readonly reason?: string;
  readonly requestReason?: string;
  readonly descriptor?: Descriptor;
  /** A policy said it, and nobody was asked. */
  readonly isAutomatic?: true;
}

/** What a person is shown beside the arguments. Times in milliseconds since the epoch. */
export interface Descriptor {
  readonly risk?: string;
  readonly preview?: string;
  readonly decisions: readonly Offered[];
  readonly expiresAt?: number;
  /** Somebody put it off until then; it may be decided earlier. */
  readonly until?: number;
  readonly because?: 'tool-changed' | 'tool-missing';
}

/** A call as a client of the AI SDK may see it (rule X3). */
export interface CallView {
  readonly id: string;
  readonly name: string;
  readonly standing: Standing;
  readonly input: unknown;
  readonly approval?: Approval;
  readonly output?: unknown;
  readonly errorText?: string;
  readonly providerExecuted?: true;
  readonly metadata?: object;
}

/** What a client is told of a call. */
export function viewOf(call: ToolCall): CallView {
  const { id, name, providerExecuted } = call;
  const approval = approvalOf(call);
  return {
    id,
    name,
    input: call.input ?? parsed(call.arguments),
    ...(providerExecuted && { providerExecuted }),
    ...(approval && { approval }),
    ...told(call, approval),
  };
}

/** What a client hands back with its decision: which call, and what it was shown of it (rule X2). */
export function approvalIdOf(call: ToolCall): string {
  return `${call.id}.${seenOf(call)}`;
}

function told(
  call: ToolCall,
  approval: Approval | undefined,
): Pick<CallView, 'standing' | 'output' | 'errorText' | 'metadata'> {
  switch (call.state) {
    case 'awaiting-approval':
    case 'snoozed':
      return { standing: 'approval-requested' };
    case 'proposed':
    case 'deferred':
      return { standing: 'input-available' };
    case 'approved':
    case 'running':
      return { standing: approval ? 'approval-responded' : 'input-available' };
    case 'awaiting-result':
      return { standing: 'input-available', metadata: { seen: seenOf(call) } };
    case 'awaiting-input': {
      const { question, schema } = call;
      return {
        standing: 'input-available',
        metadata: { seen: seenOf(call), question, ...(schema !== undefined && { schema }) },
      };
    }
    case 'completed':
      return { standing: 'output-available', output: call.output ?? null };
    case 'failed':
      return { standing: 'output-error', errorText: call.reason };
    case 'in-doubt':
      return { standing: 'output-error', errorText: 'Nobody knows whether this took effect; somebody is asked.' };
    case 'cancelled':
      return { standing: 'output-error', errorText: 'This was cancelled.' };
    case 'denied':
      return { standing: 'output-denied' };
    case 'rejected':
      return approval
        ? { standing: 'output-denied' }
        : { standing: 'output-error', errorText: call.reason ?? 'This was refused.' };
  }
}

function approvalOf(call: ToolCall): Approval | undefined {
  const { requirements = [] } = call;
  if (call.state === 'awaiting-approval' || call.state === 'snoozed') {
    return { id: approvalIdOf(call), ...askedOf(call, requirements.filter(isOpen)) };
  }
  // A part that waits for its result has no approval.
  if (call.state === 'awaiting-result' || call.state === 'awaiting-input') return undefined;
  return decidedOf(call, requirements);
}

function decidedOf(call: ToolCall, requirements: readonly Requirement[]): Approval | undefined {
  const decided = call.decisions?.findLast(({ decision }) => decision.type !== 'snooze');
  const id = `${call.id}.${decided?.seen ?? 'decided'}`;
  const asked = requirements.length > 0 ? askedOf(call, requirements) : undefined;
  if (call.state === 'denied') {
    const why = call.by === 'expired' ? 'Nobody decided in time.' : undefined;
    return { id, approved: false, ...withReason('reason', call.reason ?? why), ...(asked ?? { isAutomatic: true }) };
  }
  if (!asked || !decided) return undefined;
  return call.state === 'rejected'
    ? { id, approved: false, ...withReason('reason', call.reason), ...asked }
    : { id, approved: true, ...asked };
}

function withReason<Name extends string>(name: Name, reason: string | undefined): { readonly [Key in Name]?: string } {
  // The only member it can have.
  return (reason === undefined ? {} : { [name]: reason }) as { readonly [Key in Name]?: string };
}

const everything: readonly Offered[] = ['approve', 'reject', 'answer', 'snooze'];

/** What is or was asked about a call: of several requirements whatever all of them offer. */
function askedOf(
  call: ToolCall,
  requirements: readonly Requirement[],
): Pick<Approval, 'requestReason'> & { readonly descriptor: Descriptor } {
  const reasons = requirements.flatMap(({ reason }) => reason ?? []);
  const times = requirements.flatMap(({ expiresAt }) => expiresAt ?? []);
  const risk = requirements.find((one) => one.risk !== undefined)?.risk;
  const preview = requirements.find((one) => one.preview !== undefined)?.preview;
  return {
    ...withReason('requestReason', reasons.length > 0 ? reasons.join('; ') : undefined),
    descriptor: {
      ...(risk !== undefined && { risk }),
      ...(preview !== undefined && { preview }),
      decisions: everything.filter((one) => requirements.every(({ decisions }) => decisions?.includes(one) ?? true)),
      ...(times.length > 0 && { expiresAt: Math.min(...times) }),
      ...(call.state === 'snoozed' && { until: call.until }),
      ...(call.state === 'awaiting-approval' && call.because && { because: call.because }),
    },
  };
}

/** Arguments that nobody has looked at yet, or that are no JSON, as they came. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
