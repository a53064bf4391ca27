import { askPerson, Conversation, createChat, tool, waitFor } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const book = tool({
  description: 'Book a seat on a train',
  input: z.object({ train: z.string() }),
  answer: z.enum(['window', 'aisle']),
  policy: 'allow',
  run: ({ train }, { answer, state }) => {
    if (answer === undefined) {
      // No process is held while somebody thinks. `state` is plain JSON, for the next attempt.
      return waitFor({ question: 'Window or aisle?', state: { held: `${train}-reservation` } });
    }
    return `Booked: ${train}, ${answer}, ${JSON.stringify(state)}.`;
  },
});

const model = scripted([
  { calls: [{ name: 'ask', input: { question: 'When do you travel?', choices: ['today', 'tomorrow'] } }] },
  { calls: [{ name: 'book', input: { train: 'ICE-5' } }] },
  'You are booked.',
]);
// `askPerson()` is a ready tool by which the model itself asks.
const chat = createChat({ model, tools: { ask: askPerson(), book } });

let conversation = new Conversation();
conversation.say('Book me a train');

while ((await chat.complete(conversation)).type === 'paused') {
  conversation = Conversation.parse(JSON.stringify(conversation));
  for (const call of chat.waiting(conversation).questions) {
    if (call.state !== 'awaiting-input') continue;
    console.log(call.question, JSON.stringify(call.schema));
    const output = call.name === 'ask' ? 'tomorrow' : 'window';
    console.log((await chat.decide(conversation, call.id, { type: 'answer', output }, { by: 'ann' })).type);
  }
}

const booked = conversation.messages.flatMap(({ parts }) => parts).findLast((part) => part.type === 'tool');
console.log(booked?.call.state === 'completed' && booked.call.output);
