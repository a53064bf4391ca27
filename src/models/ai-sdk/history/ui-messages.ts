import { isObject } from '../../../conversation/json.ts';
import type { Json, JsonObject } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { Part } from '../../../conversation/part.ts';
import type { CallStanding } from '../../../conversation/tool-call.ts';
import { fileIn } from './file-in.ts';
import { completed, failed, leftOpen, pastCall, rejected } from './past-call.ts';
import { Past } from './past.ts';
import type { PastOptions } from './past.ts';

/** A message as a page of the AI SDK keeps it, version 5 or newer. */
export interface SdkUiMessage {
  readonly id: string;
  readonly role: 'system' | 'user' | 'assistant';
  readonly metadata?: unknown;
  readonly parts: readonly object[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a page of the AI SDK has kept (`UIMessage[]`, version 5 or newer) as messages of ours, one for each step of an answer.
 * Every call in them is settled: one that was left open is cancelled, and does not run any more. It is trusted like code:
 * give it what your server has stored, never what a client sent. Throws `ChatError` `format` for what is no list of messages.
 *
 * @example
 * const conversation = new Conversation({ id, messages: fromUiMessages(stored) });
 */
export function fromUiMessages(messages: readonly SdkUiMessage[], options: PastOptions<SdkUiMessage> = {}): Message[] {
  const past = new Past(messages, 'parts', options);
  messages.forEach((message, index) => {
    const { id, role } = message;
    const metadata = isObject(message.metadata) ? { metadata: message.metadata as JsonObject } : {};
    const at = past.at(message, index);
    const steps = stepsOf(message.parts as readonly Fields[]);
    for (const step of steps) {
      const parts = step.flatMap((part) => partsOf(part, past));
      if (parts.length > 0) past.add({ id, role, parts, at, ...metadata });
    }
  });
  return past.messages;
}

/** An answer of several model calls is one message there. */
function stepsOf(parts: readonly Fields[]): readonly (readonly Fields[])[] {
  const steps: Fields[][] = [[]];
  for (const part of parts) {
    if (part['type'] === 'step-start') steps.push([]);
    else steps.at(-1)!.push(part);
  }
  return steps;
}

function partsOf(part: Fields, past: Past<SdkUiMessage>): readonly Part[] {
  const { text } = part;
  const type = String(part['type']);
  switch (type) {
    case 'text':
    case 'reasoning':
      return typeof text === 'string' && text !== '' ? [{ type, text }] : [];
    case 'file':
      return [fileIn(part)];
    case 'source-url':
    case 'source-document':
      return [sourceIn(part)];
    case 'dynamic-tool':
      return [callIn(String(part['toolName']), part, past)];
    default:
      // What is told by JSON here was JSON there.
      if (type.startsWith('data-'))
        return [{ type: 'data', name: type.slice(5), data: (part['data'] ?? null) as Json }];
      return type.startsWith('tool-') ? [callIn(type.slice(5), part, past)] : [];
  }
}

function sourceIn({ url, title }: Fields): Part {
  return { type: 'source', ...(typeof url === 'string' && { url }), ...(typeof title === 'string' && { title }) };
}

function callIn(name: string, part: Fields, past: Past<SdkUiMessage>): Part {
  const { toolCallId, input, rawInput } = part;
  const call = { id: past.callId(toolCallId), name, input: input ?? rawInput };
  return { type: 'tool', call: pastCall(call, standingOf(part)) };
}

function standingOf({ state, output, errorText, approval }: Fields): CallStanding {
  const { approved, reason } = isObject(approval) ? approval : {};
  switch (state) {
    case 'output-available':
      return completed(output);
    case 'output-error':
      return failed(errorText);
    case 'output-denied':
      return rejected(reason);
    case 'approval-responded':
      return approved === false ? rejected(reason) : leftOpen('unknown');
    case 'input-available':
      return leftOpen('unknown');
    default:
      return leftOpen('none');
  }
}
