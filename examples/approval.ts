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

for await (const event of chat.stream(conversation)) {
  if (event.type === 'text') process.stdout.write(event.delta);
  if (event.type === 'tool') console.log(event.call.name, event.call.state);
  if (event.type === 'paused') console.log('somebody is needed');
}

// A pause is data: keep it, deploy, change machines, and go on.
const later = Conversation.parse(JSON.stringify(conversation));

for (const call of chat.waiting(later).approvals) {
  console.log(call.name, call.input, call.requirements?.[0]?.reason);
  await chat.decide(later, call, { type: 'approve' }, { by: 'ada' });
}

console.log((await chat.complete(later)).text);
