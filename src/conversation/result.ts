import type { ContentPart } from './content.ts';
import { isSettled } from './move.ts';
import type { ToolCall } from './tool-call.ts';

/** What the model is told of a settled call. */
export interface CallResult {
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
}

/**
 * The result that a provider gets for a call: the one place where calls become words for the model.
 * A call that is not settled never reaches a provider: it throws.
 */
export function resultOf(call: ToolCall): CallResult {
  if (!isSettled(call.state))
    throw new Error(`Tool call ${call.id} (${call.name}) is ${call.state}: it has no result yet.`);
  const content = call.state === 'completed' ? outputOf(call) : [text(reasonOf(call))];
  const edit = editOf(call);
  return { content: edit === undefined ? content : [text(edit), ...content], isError: call.state !== 'completed' };
}

/** A value as the model reads it: text as it is, everything else as JSON. */
export function textOfOutput(output: unknown): string {
  if (typeof output === 'string') return output;
  return output === undefined ? 'Done.' : JSON.stringify(output);
}

function text(value: string): ContentPart {
  return { type: 'text', text: value };
}

function outputOf(call: ToolCall & { state: 'completed' }): readonly ContentPart[] {
  return call.content ?? [text(textOfOutput(call.output))];
}

/** The call goes back as the model wrote it; what a person changed is told in the result (rule W1). */
function editOf(call: ToolCall): string | undefined {
  if (!isEdited(call) || (call.attempt === undefined && call.state !== 'completed')) return undefined;
  return (
    `A person changed the arguments before it ran, from ${call.arguments} to ${JSON.stringify(call.input)}. ` +
    'Do not repeat the original.'
  );
}

/** Whether a person changed the arguments; others may have approved what they made of them since. */
export function isEdited({ decisions }: ToolCall): boolean {
  return decisions?.some(({ decision }) => decision.type === 'approve' && decision.input !== undefined) === true;
}

function reasonOf(call: ToolCall): string {
  switch (call.state) {
    case 'failed':
      return `The tool failed: ${call.reason}${call.outcome === 'unknown' ? unknownOutcome : ''}`;
    case 'denied':
      return call.by === 'expired'
        ? 'Not executed: nobody decided about it in time.'
        : `Not executed: a policy denied it${because(call.reason)}`;
    case 'rejected':
      return `Not executed: a person rejected it${because(call.reason)}`;
    case 'cancelled':
      return call.outcome === 'unknown'
        ? `Cancelled while it ran.${unknownOutcome}`
        : 'Not executed: it was cancelled.';
    default:
      throw new Error(`Tool call ${call.id} (${call.name}) is ${call.state}: it has no reason.`);
  }
}

const unknownOutcome = ' It may have taken effect all the same. Do not repeat it unless you are asked to.';

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '.' : `: ${reason}`;
}
