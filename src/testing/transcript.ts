import type { Message } from '../conversation/message.ts';
import type { Part } from '../conversation/part.ts';
import { resultOf } from '../conversation/result.ts';
import { isSettled } from '../conversation/move.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/**
 * Messages as lines, one for each part: what a model was told, or what stands in a conversation, short enough for an assertion.
 *
 * @example
 * expect(transcript(conversation.messages)).toEqual([
 *   'user: Refund A-17',
 *   'assistant: refund({"amount":60}) → Refunded.',
 *   'assistant: Done.',
 * ]);
 */
export function transcript(messages: readonly Message[]): readonly string[] {
  return messages.flatMap(({ role, parts }) => parts.map((part) => `${role}: ${lineOf(part)}`));
}

function lineOf(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'reasoning':
      return `(${part.text})`;
    case 'file':
      return `file ${part.mediaType}`;
    case 'source':
      return `source ${part.url ?? part.title ?? ''}`.trim();
    case 'data':
      return `data ${part.name}`;
    case 'tool':
      return `${part.call.name}(${part.call.arguments}) ${resultLine(part.call)}`;
  }
}

/** What the model is told of the call, or where it stands while there is nothing to tell. */
function resultLine(call: ToolCall): string {
  if (!isSettled(call.state)) return `is ${call.state}`;
  return `→ ${resultOf(call)
    .content.map((part) => (part.type === 'text' ? part.text : `file ${part.mediaType}`))
    .join(' ')}`;
}
