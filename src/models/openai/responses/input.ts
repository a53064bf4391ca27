import { ChatError } from '../../../conversation/error.ts';
import type { FilePart } from '../../../conversation/content.ts';
import { textOf } from '../../../conversation/message.ts';
import type { Message } from '../../../conversation/message.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { wireFile } from './file.ts';
import type { WireObject } from './file.ts';
import type { ResponsesWire } from './quirks.ts';
import { turnItems } from './turn.ts';

/** What a message's rendering depends on beside the message. */
export interface MessagePlace {
  /** Gives a call its id on the wire. */
  idOf(call: ToolCall): string;
  /** Gives a call its name on the wire. */
  nameOf(call: ToolCall): string;
  /** Told of what could not be sent as it is. */
  warn(reason: string): void;
}

/**
 * The items that a message becomes in a request's `input`.
 * Throws `ChatError` `unsupported` for a file of the user that this wire cannot send.
 */
export function inputItems(message: Message, wire: ResponsesWire, place: MessagePlace): readonly WireObject[] {
  switch (message.role) {
    case 'system': {
      const content = textOf(message);
      return content === '' ? [] : [{ role: 'system', content }];
    }
    case 'user':
      return userItems(message, wire);
    case 'assistant':
      return turnItems(message, wire, place);
  }
}

function userItems(message: Message, wire: ResponsesWire): readonly WireObject[] {
  const content: WireObject[] = [];
  for (const part of message.parts) {
    if (part.type === 'text' && part.text !== '') content.push({ type: 'input_text', text: part.text });
    if (part.type === 'file') content.push(wireFile(part, wire) ?? refuse(part, wire));
  }
  if (content.length === 0) return [];
  const [first] = content;
  const isText = content.length === 1 && first?.['type'] === 'input_text';
  return [{ role: 'user', content: isText ? first['text'] : content }];
}

function refuse({ mediaType, source }: FilePart, { provider, model }: ResponsesWire): never {
  const where = source.type === 'url' || source.type === 'base64' ? '' : ` (${source.type})`;
  throw new ChatError(
    'unsupported',
    `Asking ${provider}/${model}: it cannot be sent a file of type ${mediaType}${where}.`,
  );
}
