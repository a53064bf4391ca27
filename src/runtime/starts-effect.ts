import type { Content } from '../conversation/changes.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Part } from '../conversation/part.ts';

/** Whether a call starts that does more than read: what it does is told with its first event alone. */
export function startsEffect({ messages }: Content, events: readonly ChatEvent[]): boolean {
  const starts = new Set(
    events.flatMap((event) => (event.type === 'tool' && event.call.state === 'running' ? [event.call.id] : [])),
  );
  const acts = (part: Part): boolean => part.type === 'tool' && starts.has(part.call.id) && part.call.effect !== 'read';
  return starts.size > 0 && messages.some(({ parts }) => parts.some(acts));
}
