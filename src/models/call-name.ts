import type { ToolDeclaration } from '../chat/model.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** What a name may look like: OpenAI's and most servers' shape, Anthropic's longer one, Google's with dots and colons. */
export type NameShape = 'usual' | 'long' | 'dotted';

const shapes: Readonly<Record<NameShape, RegExp>> = {
  usual: /^[\w-]{1,64}$/,
  long: /^[\w-]{1,128}$/,
  dotted: /^[a-zA-Z_][\w.:-]{0,63}$/,
};

/**
 * The name of a call on the wire: as the model wrote it (rule W1), unless no tool has it and the server refuses it, as
 * `multi_tool_use.parallel`, `$find` and a name of no letters are. Sent as it is, it would be refused again in every
 * request of the conversation (rule W2).
 */
export function callNameOf({ name }: ToolCall, shape: NameShape, declared: readonly ToolDeclaration[]): string {
  if (shapes[shape].test(name) || declared.some((tool) => tool.name === name)) return name;
  return (
    name
      .replace(/[^\w-]/g, '_')
      .replace(/^(?=[\d-])/, '_')
      .slice(0, 64) || 'unknown'
  );
}
