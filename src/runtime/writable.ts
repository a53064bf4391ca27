import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';

/** Why an event can never be stored: what a model or a tool put into it is no JSON. Nothing where it can. */
export function unwritable(event: ChatEvent): ChatError | undefined {
  // Nearly all that a model says is a text and nothing else.
  if (isText(event) && typeof event.delta === 'string' && !event.origin) return undefined;
  try {
    JSON.stringify(event);
    return undefined;
  } catch (cause) {
    // What it says may be words of a value (rule X3).
    const what = 'origin' in event ? `${event.type} with an origin` : event.type;
    const message = `Storing what came of the run: an event (${what}) holds what is no JSON.`;
    return new ChatError('invalid-response', message, { cause });
  }
}

type Text = Extract<ChatEvent, { readonly type: 'text' | 'reasoning' }>;

function isText(event: ChatEvent): event is Text {
  return event.type === 'text' || event.type === 'reasoning';
}
