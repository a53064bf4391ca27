import type { ChatEvent } from '../conversation/event.ts';
import type { Json } from '../conversation/json.ts';
import type { Message } from '../conversation/message.ts';
import type { DataPart, Part } from '../conversation/part.ts';
import type { Sensitive } from '../conversation/sensitive.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { redactedCall } from './redacted-call.ts';
import type { OnLooker } from './redacted-call.ts';
import { both, redacted } from '../conversation/redaction.ts';

/** What somebody who only looks on is not shown, beside what tools say of themselves. */
export interface Discretion extends OnLooker {
  /** By the names of tools. */
  readonly sensitive: Readonly<Record<string, Sensitive>>;
}

/** An event without what tools keep to themselves: each says so itself, so none has to be known before. */
export function redactedEvent(event: ChatEvent, discretion: Discretion): ChatEvent {
  switch (event.type) {
    case 'message':
      return { ...event, message: redactedMessage(event.message, discretion) };
    case 'tool':
      return event.message === undefined
        ? { ...event, call: callWithout(event.call, discretion) }
        : { ...event, call: callWithout(event.call, discretion) };
    case 'tool-input':
      // What is not whole yet cannot be told apart.
      return markOf(event, discretion) ? { ...event, delta: '' } : event;
    case 'tool-progress': {
      const sensitive = markOf(event, discretion);
      return sensitive ? { ...event, progress: redacted(event.progress, sensitive) } : event;
    }
    case 'data':
      return { ...event, value: event.value.type === 'data' ? dataWithout(event.value, discretion) : event.value };
    default:
      return event;
  }
}

/** The same of a whole message. */
export function redactedMessage(message: Message, discretion: Discretion): Message {
  return { ...message, parts: message.parts.map((part) => partWithout(part, discretion)) };
}

/** The same of a call, or of a change of one. */
export function callWithout<Call extends ToolCall | ToolCallChange>(call: Call, discretion: Discretion): Call {
  const sensitive = markOf(call, discretion);
  return sensitive ? redactedCall(call, sensitive, discretion) : call;
}

function partWithout(part: Part, discretion: Discretion): Part {
  if (part.type === 'tool') return { ...part, call: callWithout(part.call, discretion) };
  return part.type === 'data' ? dataWithout(part, discretion) : part;
}

/** What a tool emitted is kept like all else that its calls tell. */
function dataWithout(part: DataPart, discretion: Discretion): DataPart {
  const sensitive = part.tool === undefined ? part.sensitive : markOf({ ...part, name: part.tool }, discretion);
  // Of JSON it leaves JSON.
  return sensitive ? { ...part, data: redacted(part.data, sensitive) as Json } : part;
}

interface Marked {
  readonly name: string;
  readonly sensitive?: Sensitive | undefined;
}

function markOf({ name, sensitive }: Marked, { sensitive: named }: Discretion): Sensitive | undefined {
  return both(sensitive, Object.hasOwn(named, name) ? named[name] : undefined);
}
