import { isObject } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { Part } from '../../../conversation/part.ts';
import type { CallStanding } from '../../../conversation/tool-call.ts';
import { fileIn } from './file-in.ts';
import { completed, failed, leftOpen, pastCall, rejected } from './past-call.ts';
import { Past } from './past.ts';
import type { PastOptions } from './past.ts';

/** A message as the AI SDK sends it to models, version 5 or newer. */
export interface SdkModelMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly object[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the AI SDK sends to models (`ModelMessage[]`, version 5 or newer) as messages of ours: a call and its result become
 * one part. As `fromUiMessages`, with which it shares its promises.
 *
 * @example
 * const conversation = new Conversation({ id, messages: fromModelMessages(stored) });
 */
export function fromModelMessages(
  messages: readonly SdkModelMessage[],
  options: PastOptions<SdkModelMessage> = {},
): Message[] {
  const past = new Past(messages, 'content', options);
  const answers = messages.map(answersIn);
  messages.forEach((message, index) => {
    const { role } = message;
    if (role === 'tool') return;
    // Ids are used again by some providers, so what came of a call stands behind it.
    const later = answers.slice(index);
    const fields = fieldsOf(message);
    const parts = fields.flatMap((part) => partsOf(part, { past, later, beside: fields }));
    if (parts.length > 0) past.add({ id: '', role, parts, at: past.at(message, index) });
  });
  return past.messages;
}

function fieldsOf({ content }: SdkModelMessage): readonly Fields[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content as readonly Fields[]);
}

/** What one message says of calls: what came of them by their ids, and what somebody decided by the id of the question. */
function answersIn(message: SdkModelMessage): ReadonlyMap<unknown, CallStanding> {
  const found = new Map<unknown, CallStanding>();
  for (const part of fieldsOf(message)) {
    const { type, toolCallId, approvalId, approved, reason } = part;
    if (type === 'tool-result') found.set(toolCallId, resultOf(part));
    if (type === 'tool-approval-response') found.set(approvalId, approved ? leftOpen('unknown') : rejected(reason));
  }
  return found;
}

interface Place {
  readonly past: Past<SdkModelMessage>;
  readonly later: readonly ReadonlyMap<unknown, CallStanding>[];
  readonly beside: readonly Fields[];
}

function partsOf(part: Fields, place: Place): readonly Part[] {
  const { type, text, toolName, toolCallId, input } = part;
  switch (type) {
    case 'text':
    case 'reasoning':
      return typeof text === 'string' && text !== '' ? [{ type, text }] : [];
    case 'file':
    case 'image':
      return [fileIn(part)];
    case 'tool-call': {
      const call = { id: place.past.callId(toolCallId), name: String(toolName), input };
      return [{ type: 'tool', call: pastCall(call, standingOf(toolCallId, place)) }];
    }
    default:
      return [];
  }
}

function standingOf(call: unknown, { later, beside }: Place): CallStanding {
  const said = (id: unknown): CallStanding | undefined => later.find((one) => one.has(id))?.get(id);
  const question = beside.find((part) => part['type'] === 'tool-approval-request' && part['toolCallId'] === call);
  const decided = question ? (said(question['approvalId']) ?? leftOpen('none')) : leftOpen('unknown');
  return said(call) ?? decided;
}

function resultOf({ output, result }: Fields): CallStanding {
  if (!isObject(output)) return completed(output ?? result);
  const { type, value, reason } = output;
  switch (type) {
    case 'error-text':
    case 'error-json':
      return failed(value);
    case 'execution-denied':
      return rejected(reason);
    case 'content': {
      const texts = Array.isArray(value) ? value.map((one: Fields) => one['text']) : [];
      return completed(texts.every((text) => typeof text === 'string') ? texts.join('\n') : value);
    }
    default:
      return completed(value);
  }
}
