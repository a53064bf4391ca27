import type { ChatEvent } from '../conversation/event.ts';

/**
 * What a client may see of an event (rule X3): nothing that only a provider understands (`origin`, raw usage), not who
 * decided and why, and of an error its code alone, since its words may come from anywhere.
 */
export function publicView(event: ChatEvent): ChatEvent {
  switch (event.type) {
    case 'message':
      return { ...event, message: inPublic(event.message) };
    case 'text':
    case 'reasoning':
    case 'tool':
    case 'file':
    case 'source':
    case 'data':
    case 'step-end':
      return inPublic(event);
    case 'reset':
      return { ...inPublic(event), reason: 'interrupted' };
    case 'rewind':
      return { type: event.type, message: event.message };
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

/** Members of our own records (events, messages, parts, calls, usage), never of what tools or people put into them. */
interface Inside {
  readonly origin?: unknown;
  readonly decisions?: unknown;
  readonly raw?: unknown;
  value?: object;
  call?: object;
  usage?: object;
  parts?: readonly object[];
}

/** A record without what is not for clients, in it and in the records that it holds. */
function inPublic<T extends object>(record: T): T {
  const { origin: _origin, decisions: _decisions, raw: _raw, ...rest }: Inside = record;
  for (const name of ['value', 'call', 'usage'] as const) {
    const held = rest[name];
    if (held) rest[name] = inPublic(held);
  }
  if (rest.parts) rest.parts = rest.parts.map((part) => inPublic(part));
  // What is missing is optional everywhere.
  return rest as T;
}
