import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const transfer = tool({
  description: 'Transfer money',
  input: z.object({ amount: z.number() }),
  policy: { ask: { reason: 'money', approvers: ['finance'], notBy: 'requester' } },
  run: ({ amount }) => `Transferred ${amount}.`,
});
const model = scripted([{ calls: [{ name: 'transfer', input: { amount: 9000 } }] }, 'It is done.'], {
  turnBy: 'answers',
});
// Both requirements have to be met, by one person or by two.
const chat = createChat({ model, tools: { transfer }, policy: () => ({ ask: { approvers: ['security'] } }) });
await using runtime = createRuntime({ chat, store: memoryStore(), work: false });

const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
await runtime.send(thread, 'Transfer 9000');
await runtime.tick({ budget: 0 });

// Ann has asked for it; bob may say yes to a part of it.
const anns = await runtime.inbox({ tenant: 'acme', principal: 'ann', groups: ['finance'] });
const finance = await runtime.inbox({ tenant: 'acme', principal: 'bob', groups: ['finance'] });
console.log(anns.items.length, finance.items.length);

const { call } = finance.items[0]!;
const approve = { call, decision: { type: 'approve' } } as const;
await runtime.decide(thread, { ...approve, by: 'bob', groups: ['finance'] });

const rest = await runtime.inbox({ tenant: 'acme', principal: 'bob', groups: ['finance'] });
const security = await runtime.inbox({ tenant: 'acme', principal: 'eve', groups: ['security'] });
console.log(rest.items.length, security.items[0]?.required);

await runtime.decide(thread, { ...approve, by: 'eve', groups: ['security'] });
await runtime.tick({ budget: 0 });
console.log((await runtime.read(thread))?.thread.status);
