import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import type { Sensitive } from '../conversation/sensitive.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { withheld } from '../conversation/redaction.ts';
import { callWithout, redactedEvent, redactedMessage } from './redacted-event.ts';
import type { Discretion } from './redacted-event.ts';

/** How much a client may see. */
export interface ViewOptions {
  /** Who decided what, and why: for those who decide themselves. Default: false. */
  readonly decisions?: boolean;
  /** What tools keep to themselves, which those see who decide about it. Default: false. */
  readonly all?: boolean;
  /** Whether they run what is handed out to be run elsewhere, and see with what. Default: true. */
  readonly runs?: boolean;
  /** What is kept from them beside what tools say of themselves, by the names of tools. Default: nothing. */
  readonly sensitive?: Readonly<Record<string, Sensitive>>;
}

/**
 * What a client may see of an event (rule X3): nothing that only a provider understands (`origin`, raw usage), not who
 * decided and why, nothing that a tool keeps to itself, and of an error its code alone, since its words may come from anywhere.
 */
export function publicView(event: ChatEvent, view: ViewOptions = {}): ChatEvent {
  const { decisions = false } = view;
  const shown = view.all ? event : redactedEvent(event, discretionOf(view));
  switch (shown.type) {
    case 'message':
      return { ...shown, message: inPublic(shown.message, decisions) };
    case 'text':
    case 'reasoning':
    case 'tool':
    case 'file':
    case 'source':
    case 'data':
    case 'step-end':
      return inPublic(shown, decisions);
    case 'reset':
      return { ...inPublic(shown, decisions), reason: 'interrupted' };
    case 'rewind':
      return decisions ? shown : { type: shown.type, message: shown.message };
    case 'warning':
      // Without a setting it says why a model is asked again: what a provider wrote.
      return shown.setting === undefined ? { ...shown, reason: withheld } : shown;
    case 'error':
      return { ...shown, message: `The run failed: ${shown.code}.` };
    case 'tool-input':
    case 'tool-progress':
    case 'output':
    case 'trace':
    case 'paused':
    case 'done':
      return shown;
  }
}

/** The same of a whole message. */
export function publicMessage(message: Message, view: ViewOptions = {}): Message {
  return inPublic(view.all ? message : redactedMessage(message, discretionOf(view)), view.decisions === true);
}

/** The same of a call. */
export function publicCall(call: ToolCall, view: ViewOptions = {}): ToolCall {
  return inPublic(view.all ? call : callWithout(call, discretionOf(view)), view.decisions === true);
}

function discretionOf({ runs = true, sensitive = {} }: ViewOptions): Discretion {
  return { runs, sensitive };
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
