import { Conversation, createChat, tool } from 'yourcall';
import { scripted, testClock } from 'yourcall/testing';
import { z } from 'zod';

const pay = tool({
  description: 'Pay an invoice',
  input: z.object({ invoice: z.string() }),
  policy: { defer: '2030-01-07T08:00:00Z' },
  run: ({ invoice }) => `Invoice ${invoice} is paid.`,
});

const model = scripted([{ calls: [{ name: 'pay', input: { invoice: 'B-4' } }] }, 'It is paid.']);
const chat = createChat({ model, tools: { pay } });

// A clock that is turned by hand; leave `now` away for the real one.
const clock = testClock('2030-01-06T22:00:00Z');
const conversation = new Conversation({ now: clock.now });
conversation.say('Pay invoice B-4');

console.log((await chat.complete(conversation)).type);
for (const { call, at } of chat.waiting(conversation).scheduled) console.log(call.name, new Date(at).toISOString());

// Nothing wakes by itself in memory: call it again when the time has come. The policies are asked once more then.
clock.set('2030-01-07T08:00:00Z');
console.log((await chat.complete(conversation)).text);
