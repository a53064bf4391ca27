import type { ToolCall } from '../../conversation/tool-call.ts';

/** What a call is about, as it was read once (rule D2); arguments that nobody has read yet, or that are no JSON, as they came. */
export function inputOf(call: ToolCall): unknown {
  if (call.input !== undefined) return call.input;
  try {
    return JSON.parse(call.arguments);
  } catch {
    return call.arguments;
  }
}
