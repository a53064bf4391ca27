import { seenOf } from '../../conversation/seen.ts';
import { isOpen } from '../../conversation/requirement.ts';
import type { Requirement } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { inputOf, questionAbout } from '../descriptor.ts';
import type { Descriptor } from '../descriptor.ts';
import { ticketOf } from '../ticket.ts';

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
    input: inputOf(call),
    ...(providerExecuted && { providerExecuted }),
    ...(approval && { approval }),
    ...told(call, approval),
  };
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
      // What a thread of its own answers the page is not asked for.
      if (call.child) return { standing: 'input-available' };
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
    return { id: ticketOf(call), ...askedOf(call, requirements.filter(isOpen)) };
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

/** What is or was asked about a call. */
function askedOf(call: ToolCall, requirements: readonly Requirement[]) {
  const { reason, descriptor } = questionAbout(call, requirements);
  return { ...withReason('requestReason', reason), descriptor };
}
