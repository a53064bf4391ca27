import { isOpen } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { inputOf, questionAbout } from '../descriptor.ts';
import { ticketOf } from '../ticket.ts';
import type { Interrupt } from './protocol.ts';
import { boundTo } from './tanstack.ts';

/**
 * What a call waits for a person to say, as an interrupt: its id is what comes back with the answer, the call and what was
 * shown of it (rule X2). Nothing for a call that waits for nobody, or for its page. `run` is the client's name for its run.
 */
export function interruptOf(call: ToolCall, run: string): Interrupt | undefined {
  switch (call.state) {
    case 'awaiting-approval':
    case 'snoozed':
      return approvalOf(call);
    case 'awaiting-input':
      return boundTo(run, {
        ...common(call, call.expiresAt),
        reason: 'input_required',
        message: call.question,
        // A schema of this protocol is an object; `true` and `false` are none.
        responseSchema: typeof call.schema === 'object' && call.schema !== null ? call.schema : {},
      });
    case 'in-doubt':
      return boundTo(run, {
        ...common(call),
        reason: 'yourcall:in_doubt',
        message: call.reason,
        responseSchema: doubtSchema,
      });
    default:
      return undefined;
  }
}

function approvalOf(call: ToolCall): Interrupt {
  const { reason, descriptor } = questionAbout(call, (call.requirements ?? []).filter(isOpen));
  const { expiresAt, ...shown } = descriptor;
  const { metadata, ...rest } = common(call, expiresAt);
  const isOffered = (decision: 'approve' | 'reject'): boolean => descriptor.decisions.includes(decision);
  const approved = [...(isOffered('approve') ? [true] : []), ...(isOffered('reject') ? [false] : [])];
  return {
    ...rest,
    reason: 'tool_call',
    message: reason ?? `${call.name} waits for a decision.`,
    responseSchema: {
      type: 'object',
      properties: {
        approved: approved.length === 2 ? { type: 'boolean' } : { enum: approved },
        // Whoever sees this may hand in other arguments, all of them; what a provider runs itself has no others (rule W3).
        ...(isOffered('approve') && !call.providerExecuted && { editedArgs: { type: 'object' } }),
        reason: { type: 'string' },
      },
      required: ['approved'],
    },
    // The marker by which clients of TanStack AI know that they may resolve it.
    metadata: { kind: 'approval', ...metadata, ...shown },
  };
}

function common(call: ToolCall, expiresAt?: number) {
  return {
    id: ticketOf(call),
    toolCallId: call.id,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    metadata: { toolName: call.name, input: inputOf(call) },
  };
}

const doubtSchema = {
  type: 'object',
  properties: {
    type: { enum: ['happened', 'did-not-happen', 'run-again', 'abandon'] },
    // What it came to, where it happened.
    output: {},
  },
  required: ['type'],
};
