import { Conversation, createChat, tool } from 'yourcall';
import { demo } from 'yourcall/demo';
import { z } from 'zod';

const refund = tool({
  description: 'Refund an order',
  input: z.object({ orderId: z.string(), amount: z.number() }),
  policy: ({ amount }) => (amount > 50 ? { ask: { reason: 'over 50' } } : 'allow'),
  run: ({ orderId, amount }) => `Refunded ${amount} for order ${orderId}.`,
});

const chat = createChat({ model: demo(), tools: { refund } });
const conversation = new Conversation();
conversation.say('refund order A-17, amount 120');

const paused = await chat.complete(conversation);
console.log(paused.type); // paused

for (const call of chat.waiting(conversation).approvals) {
  console.log(`${call.name} ${JSON.stringify(call.input)}: ${call.requirements?.[0]?.reason}`);
  await chat.decide(conversation, call, { type: 'approve' }, { by: 'ada' });
}

const done = await chat.complete(conversation);
console.log(done.text);
