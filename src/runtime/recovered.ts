import { applyTo } from '../conversation/apply.ts';
import type { Content } from '../conversation/changes.ts';
import { Draft } from '../conversation/draft.ts';
import type { ChatEvent, MessageEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { messageOf } from './deltas.ts';

/** A thread as whoever watches it sees it: what is stored, and what a run has said since. */
export function spoken(content: Content, deltas: readonly ChatEvent[]): readonly Message[] {
  if (deltas.length === 0) return content.messages;
  const draft = new Draft(content.messages, content.run);
  for (const event of deltas) {
    const message = messageOf(event);
    // Somebody may have withdrawn it meanwhile.
    if (message !== undefined && draft.has(message)) applyTo(draft, event);
  }
  return draft.messages;
}

/** The messages that a run was saying which ended without a word: whole, for the next commit to take along (rule S4). */
export function recovered(content: Content, deltas: readonly ChatEvent[]): readonly MessageEvent[] {
  if (deltas.length === 0) return [];
  const said = new Set(deltas.map(messageOf));
  return spoken(content, deltas)
    .filter(({ id }) => said.has(id))
    .map((message) => ({ type: 'message', message }));
}
