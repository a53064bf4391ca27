import type { ChatEvent } from '../conversation/event.ts';
import { publicView } from './public-view.ts';

/** An event as a client may see it, as JSON. A file of its own, since a response loads it with its first event. */
export function eventData(event: ChatEvent): string {
  return JSON.stringify(publicView(event));
}
