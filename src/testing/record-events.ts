import type { ChatEvent } from '../conversation/event.ts';
import { outline } from './outline.ts';

/** What came of a stream. */
export interface RecordedEvents<Event> {
  readonly events: readonly Event[];
  /** The events as lines; see `outline`. */
  readonly outline: readonly string[];
  /** What the stream threw at its end, if it did. */
  readonly error?: unknown;
}

/**
 * Drains a stream and keeps what it told, also when it ends by throwing.
 *
 * @example
 * const { outline, error } = await recordEvents(chat.stream(conversation));
 */
export async function recordEvents<Event extends ChatEvent>(
  stream: AsyncIterable<Event>,
): Promise<RecordedEvents<Event>> {
  const events: Event[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    return { events, outline: outline(events), error };
  }
  return { events, outline: outline(events) };
}
