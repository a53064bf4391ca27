import { Conversation, createChat, tool } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const transfer = tool({
  description: 'Transfer money',
  input: z.object({ amount: z.number() }),
  policy: { ask: { reason: 'money', approvers: ['ann', 'bob'], notBy: 'requester' } },
  run: ({ amount }) => `Transferred ${amount}.`,
});

const chat = createChat({
  model: scripted([{ calls: [{ name: 'transfer', input: { amount: 9000 } }] }, 'It is done.']),
  tools: { transfer },
  // Both requirements have to be met, by one person or by two.
  policy: (call) =>
    call.name === 'transfer' && (call.input?.amount ?? 0) > 5000
      ? { ask: { reason: 'large', approvers: ['dora'] } }
      : 'allow',
});

const conversation = new Conversation();
conversation.say('Transfer 9000', { author: 'bob' });
await chat.complete(conversation);

for (const by of ['bob', 'carl', 'ann', 'ann', 'dora']) {
  const [call] = chat.waiting(conversation).approvals;
  const answer = await chat.decide(conversation, call!, { type: 'approve' }, { by });
  console.log(by, answer.type, answer.type === 'forbidden' ? answer.reason : answer.call.state);
}
console.log((await chat.complete(conversation)).text);
