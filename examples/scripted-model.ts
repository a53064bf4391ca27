import assert from 'node:assert/strict';
import { Conversation, createChat, tool } from 'yourcall';
import { recordEvents, scripted, testClock, testIds } from 'yourcall/testing';
import { z } from 'zod';

const refund = tool({
  description: 'Refund an order',
  input: z.object({ amount: z.number() }),
  policy: { ask: { expiresIn: 60_000 } },
  run: ({ amount }) => `Refunded ${amount}.`,
});

// A turn that is not played fails the test at the end of this block.
using model = scripted([{ calls: [{ name: 'refund', input: { amount: 60 } }] }, 'It was too late.']);
const chat = createChat({ model, tools: { refund } });

const clock = testClock('2030-01-01T09:00:00Z');
const conversation = new Conversation({ now: clock.now, newId: testIds() });
conversation.say('Refund 60, please.');

const first = await recordEvents(chat.stream(conversation));
assert.deepEqual(first.outline, [
  'user: Refund 60, please.',
  'assistant',
  'tool refund: proposed',
  'step-end: tool-calls',
  'tool refund: awaiting-approval',
  'paused: 1 approval',
]);

// Nobody decides for a minute.
clock.advance(60_000);
const second = await recordEvents(chat.stream(conversation));
assert.deepEqual(second.outline, [
  'tool refund: denied',
  'assistant',
  'text: It was too late.',
  'step-end: stop',
  'done: stop',
]);

// What the model was told.
assert.deepEqual(model.heard[1], [
  'user: Refund 60, please.',
  'assistant: refund({"amount":60}) → Not executed: nobody decided about it in time.',
]);
console.log('as expected');
