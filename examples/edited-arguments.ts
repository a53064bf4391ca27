import { Conversation, createChat, tool } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const pay = tool({
  description: 'Pay somebody',
  input: z.object({ to: z.string(), amount: z.number().positive() }),
  run: ({ to, amount }) => `Paid ${amount} to ${to}.`,
});
const model = scripted([{ calls: [{ name: 'pay', input: { to: 'Bob', amount: 600 } }] }, 'Bob has his money.']);
const chat = createChat({ model, tools: { pay } });
const conversation = new Conversation();
conversation.say('Pay Bob');
await chat.complete(conversation);

const [call] = chat.waiting(conversation).approvals;
if (call?.name !== 'pay') throw new Error('nothing waits');

const wrong = await chat.decide(conversation, call, { type: 'approve', input: { to: 'Bob', amount: -60 } });
console.log(wrong.type, wrong.type === 'invalid' && wrong.issues[0]?.path); // an edit is validated when it is decided

const right = await chat.decide(conversation, call, { type: 'approve', input: { ...call.input, amount: 60 } });
console.log(right.type);
console.log((await chat.decide(conversation, call, { type: 'reject' })).type); // too late: it is decided already

await chat.complete(conversation);
const paid = conversation.findCall(call.id);
console.log(paid?.state === 'completed' && paid.output); // what the person approved was run
