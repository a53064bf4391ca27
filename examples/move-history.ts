import { Conversation, createChat } from 'yourcall';
import { fromUiMessages } from 'yourcall/ai-sdk';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { scripted } from 'yourcall/testing';

// What your table of chats holds: the messages of `useChat`, as they were saved when an answer was over.
const stored = [
  { id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Refund order A-17.' }] },
  {
    id: 'a1',
    role: 'assistant',
    parts: [
      { type: 'step-start' },
      {
        type: 'tool-refund',
        toolCallId: 'c1',
        state: 'output-available',
        input: { order: 'A-17' },
        output: 'Refunded.',
      },
      { type: 'step-start' },
      { type: 'text', text: 'It is refunded.' },
    ],
  },
] as const;

const chat = createChat({ model: scripted(['Yes, once.'], { turnBy: 'answers' }) });
const store = memoryStore();
await using runtime = createRuntime({ chat, store, work: false });

// A thread with the same id, so that pages find it again. It asks no model until somebody says something.
const thread = await runtime.threads.create({
  tenant: 'acme',
  thread: 'chat-17',
  owner: 'ann',
  title: 'Order A-17',
  messages: fromUiMessages(stored),
});
const { messages } = (await runtime.read(thread))!;
for (const part of messages.flatMap(({ parts }) => parts)) {
  if (part.type === 'tool') console.log(part.call.name, part.call.state);
  if (part.type === 'text') console.log(part.text);
}

// Without a store it is the same list.
const conversation = new Conversation({ id: 'chat-17', messages: fromUiMessages(stored) });
conversation.say('Is it refunded?');
