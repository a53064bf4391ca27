import { Conversation, createChat, tool } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

/** A bank that takes the money and then says nothing. */
const booked = new Map<string, string>();
const bank = {
  pay: (invoice: string, key: string) => new Promise<string>(() => booked.set(key, `receipt of ${invoice}`)),
  find: (key: string) => booked.get(key),
};

const pay = tool({
  description: 'Pay an invoice',
  input: z.object({ invoice: z.string() }),
  policy: 'allow',
  effect: 'once',
  timeout: 50,
  // The key is the same for every attempt at this call: whoever remembers it can be asked what became of it.
  run: ({ invoice }, { key }) => bank.pay(invoice, key),
  // Asked before a person is. B is an invoice of which the bank cannot tell.
  check: ({ invoice }, { key }) => {
    const receipt = invoice === 'B' ? undefined : bank.find(key);
    return receipt === undefined ? 'unknown' : { happened: receipt };
  },
});

const model = scripted([
  { calls: ['A', 'B'].map((invoice) => ({ name: 'pay', input: { invoice } })) },
  ({ messages }) => `Told of ${messages.at(-1)?.parts.length} results.`,
]);
const chat = createChat({ model, tools: { pay } });
const conversation = new Conversation();
conversation.say('Pay A and B');
console.log((await chat.complete(conversation)).type);

for (const part of conversation.messages.at(-1)?.parts ?? []) {
  if (part.type === 'tool')
    console.log(part.call.input, part.call.state, part.call.state === 'completed' && part.call.by);
}
for (const call of chat.waiting(conversation).inDoubt) {
  // Somebody looked into the account. Before the attempt's deadline this is the only answer that is taken.
  await chat.decide(conversation, call, { type: 'happened', output: 'receipt seen in the account' }, { by: 'ann' });
}
console.log((await chat.complete(conversation)).text);
