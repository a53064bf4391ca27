import { isSettled } from '../../conversation/move.ts';
import { resultOf, textOfOutput } from '../../conversation/result.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Result } from './protocol.ts';

/** What became of a call, as a client may see it (rule X3); nothing while it is not settled. */
export function resultIn(call: ToolCall): Result | undefined {
  if (!isSettled(call.state)) return undefined;
  const { id: toolCallId, state } = call;
  if (state === 'completed') return { toolCallId, content: textOfOutput(call.output), metadata: { state } };
  // The marker by which clients of TanStack AI tell an error.
  return { toolCallId, content: reasonIn(call), metadata: { state, tanstack: { state: 'output-error' } } };
}

/** Of what a model is told only why: how a person changed the arguments stands in the call itself. */
function reasonIn(call: ToolCall): string {
  const last = resultOf(call).content.at(-1);
  return last?.type === 'text' ? last.text : '';
}
