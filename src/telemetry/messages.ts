import type { Attributes } from '@opentelemetry/api';
import type { ModelRequest } from '../chat/model.ts';
import type { Message } from '../conversation/message.ts';
import { isSettled } from '../conversation/move.ts';
import type { Part } from '../conversation/part.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { textOf } from './content.ts';
import type { Content } from './content.ts';

/** What a model is asked, in words: as much of it as may be told. */
export function askedAttributes(content: Content, { messages, instructions, tools }: ModelRequest): Attributes {
  const told = instructions === undefined ? undefined : content.of(instructions, { kind: 'instructions' });
  const declared = tools.length === 0 ? undefined : content.of(tools.map(declaration), { kind: 'tools' });
  const attributes = {
    'gen_ai.input.messages': textOf(messages.flatMap((message) => shown(content, message))),
    'gen_ai.system_instructions': told === undefined ? undefined : textOf([{ type: 'text', content: told }]),
    'gen_ai.tool.definitions': textOf(declared),
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

function declaration({ name, description, inputSchema }: ModelRequest['tools'][number]): object {
  return { type: 'function', name, description, parameters: inputSchema };
}

/** A message, and what came of the calls in it: as the conventions have it. */
function shown(content: Content, { role, parts }: Message): readonly object[] {
  const results = parts.flatMap((part) => (part.type === 'tool' && isSettled(part.call.state) ? [part.call] : []));
  const message = { role, parts: parts.flatMap((part) => shownPart(content, part, role)) };
  if (results.length === 0) return [message];
  return [message, { role: 'tool', parts: results.map((call) => shownResult(content, call)) }];
}

function shownPart(content: Content, part: Part, role: Message['role']): readonly object[] {
  const kind = role === 'assistant' ? 'output' : 'input';
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return [{ type: part.type, content: content.of(part.text, { kind }) }];
    case 'tool':
      return [shownCall(content, part.call)];
    case 'file':
      return [{ type: 'file', mime_type: part.mediaType }];
    case 'source':
    case 'data':
      return [];
  }
}

function shownCall(content: Content, call: ToolCall): object {
  const { id, name, arguments: text, input } = call;
  const given =
    input === undefined ? content.wordsOfCall(text, 'arguments', call) : content.ofCall(input, 'arguments', call);
  return { type: 'tool_call', id, name, arguments: given };
}

/** Without the words around it, which may hold the arguments. */
function shownResult(content: Content, call: ToolCall): object {
  if (call.state === 'completed') {
    return { type: 'tool_call_response', id: call.id, response: content.ofCall(call.output, 'result', call) };
  }
  const reason =
    'reason' in call && call.reason !== undefined ? content.wordsOfCall(call.reason, 'result', call) : undefined;
  return { type: 'tool_call_response', id: call.id, response: { state: call.state, reason } };
}
