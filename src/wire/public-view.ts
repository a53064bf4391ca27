import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** How much a client may see. */
export interface ViewOptions {
  /** Who decided what, and why: for those who decide themselves. Default: false. */
  readonly decisions?: boolean;
}

/**
 * What a client may see of an event (rule X3): nothing that only a provider understands (`origin`, raw usage), not who
 * decided and why, and of an error its code alone, since its words may come from anywhere.
 */
export function publicView(event: ChatEvent, { decisions = false }: ViewOptions = {}): ChatEvent {
  switch (event.type) {
    case 'message':
      return { ...event, message: inPublic(event.message, decisions) };
    case 'text':
    case 'reasoning':
    case 'tool':
    case 'file':
    case 'source':
    case 'data':
    case 'step-end':
      return inPublic(event, decisions);
    case 'reset':
      return { ...inPublic(event, decisions), reason: 'interrupted' };
    case 'rewind':
      return decisions ? event : { type: event.type, message: event.message };
    case 'error':
      return { ...event, message: `The run failed: ${event.code}.` };
    case 'tool-input':
    case 'tool-progress':
    case 'output':
    case 'warning':
    case 'trace':
    case 'paused':
    case 'done':
      return event;
  }
}

/** The same of a whole message. */
export function publicMessage(message: Message, { decisions = false }: ViewOptions = {}): Message {
  return inPublic(message, decisions);
}

/** The same of a call. */
export function publicCall(call: ToolCall, { decisions = false }: ViewOptions = {}): ToolCall {
  return inPublic(call, decisions);
}

/** Members of our own records (events, messages, parts, calls, usage), never of what tools or people put into them. */
interface Inside {
  readonly origin?: unknown;
  readonly decisions?: unknown;
  readonly raw?: unknown;
  /** What a tool wants to find again, and nobody else. */
  readonly resume?: unknown;
  readonly question?: unknown;
  data?: unknown;
  requirements?: readonly Demand[];
  value?: object;
  call?: object;
  usage?: object;
  parts?: readonly object[];
}

/** A record without what is not for clients, in it and in the records that it holds. */
function inPublic<T extends object>(record: T, isShown: boolean): T {
  const { origin: _origin, decisions, raw: _raw, resume: _resume, ...rest }: Inside = record;
  for (const name of ['value', 'call', 'usage'] as const) {
    const held = rest[name];
    if (held) rest[name] = inPublic(held, isShown);
  }
  if (rest.parts) rest.parts = rest.parts.map((part) => inPublic(part, isShown));
  if (rest.question !== undefined) delete rest.data;
  if (rest.requirements && !isShown) rest.requirements = rest.requirements.map(withoutName);
  // What is missing is optional everywhere.
  return (isShown && decisions !== undefined ? { ...rest, decisions } : rest) as T;
}

interface Demand {
  readonly met?: Approval;
  readonly given?: readonly Approval[];
}

interface Approval {
  readonly at: number;
}

/** That somebody has agreed is no secret, who it was may be one. */
function withoutName({ met, given, ...rest }: Demand): object {
  return { ...rest, ...(given && { given: given.map(({ at }) => ({ at })) }), ...(met && { met: { at: met.at } }) };
}
