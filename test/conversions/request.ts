import { Conversation, createChat } from '../../src/index.ts';
import type { ChatEvent, Model, Settings } from '../../src/index.ts';
import { ChatError } from '../../src/conversation/error.ts';
import type { Fetch } from '../../src/wire/http.ts';
import { tools } from './talk.ts';

/** What a model is asked to go on with a conversation. */
export interface Asked {
  /** The body as it is sent. */
  readonly text: string;
  readonly warnings: readonly string[];
}

const settings: Settings = { maxOutputTokens: 4000, temperature: 0.5, toolChoice: 'auto', stop: ['END'] };

/** Lets a model go on with a conversation, in a chat with its tools, and catches the request. */
export async function requestTo(model: (fetch: Fetch) => Model, conversation: Conversation): Promise<Asked> {
  let text = '';
  const caught = model(async (_, { body }) => {
    text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
    return new Response('{"error":{"message":"enough"}}', { status: 400 });
  });
  const chat = createChat({ model: caught, tools, instructions: 'Be kind.', settings, retry: () => false });
  const copy = Conversation.parse(JSON.stringify(conversation));
  const events: ChatEvent[] = [];
  try {
    for await (const event of chat.stream(copy)) events.push(event);
  } catch (error) {
    if (!(error instanceof ChatError && error.message.includes('enough'))) throw error;
  }
  return { text, warnings: events.flatMap((event) => (event.type === 'warning' ? [event.reason] : [])) };
}
