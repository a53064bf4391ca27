import { textOf } from '../../conversation/message.ts';
import type { Message } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { inputOf } from '../descriptor.ts';
import type { Names } from './names.ts';
import type { AgUiCall, AgUiMessage } from './protocol.ts';
import { resultIn } from './result.ts';
import { saidContent } from './word-content.ts';

/** Messages as a client of AG-UI keeps them; instructions are not for it. */
export function snapshotOf(messages: readonly Message[], names: Names): readonly AgUiMessage[] {
  return messages.flatMap((message) => {
    switch (message.role) {
      case 'system':
        return [];
      case 'user':
        return [{ id: names.word(message.id), role: message.role, content: saidContent(message.parts) }];
      case 'assistant':
        return answerMessages(message, names);
    }
  });
}

/** Arguments as they were read, which are those that run (rule D2): what a person decides about is what they see. */
export function argumentsOf(call: ToolCall): string {
  const input = inputOf(call);
  return typeof input === 'string' ? call.arguments : JSON.stringify(input);
}

function answerMessages(message: Message, names: Names): readonly AgUiMessage[] {
  const { id, parts } = message;
  const calls = parts.flatMap((part) => (part.type === 'tool' ? [part.call] : []));
  const content = textOf(message);
  const thoughts = parts.flatMap((part, place): readonly AgUiMessage[] =>
    part.type === 'reasoning' && part.text !== ''
      ? [{ id: names.thought(id, place), role: 'reasoning', content: part.text }]
      : [],
  );
  const said: readonly AgUiMessage[] =
    content === '' && calls.length === 0
      ? []
      : [
          {
            id,
            role: 'assistant',
            ...(content !== '' && { content }),
            ...(calls.length > 0 && { toolCalls: calls.map(callIn) }),
          },
        ];
  return [...thoughts, ...said, ...calls.flatMap((call) => resultMessage(call, names))];
}

function callIn(call: ToolCall): AgUiCall {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: argumentsOf(call) } };
}

function resultMessage(call: ToolCall, names: Names): readonly AgUiMessage[] {
  const result = resultIn(call);
  if (!result) return [];
  const error = call.state === 'completed' ? {} : { error: result.content };
  return [{ id: names.result(call), role: 'tool', ...result, ...error }];
}
