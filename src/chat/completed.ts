import type { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import type { Completed } from './types.ts';

/** Drains a run of the conversation: how it ended. Throws what the run throws. */
export async function completed(conversation: Conversation, events: AsyncIterable<ChatEvent>): Promise<Completed> {
  for await (const event of events) {
    if (!isEnd(event) || event.type === 'error') continue;
    const last = conversation.messages.at(-1);
    return { text: last?.role === 'assistant' ? textOf(last) : '', ...event, steps: conversation.run.steps };
  }
  throw new ChatError('incomplete-response', 'The run ended without an end.');
}
