import { createChat, tool } from 'yourcall';
import { askChat, createRuntime, memoryStore } from 'yourcall/runtime';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const order = tool({
  description: 'Order something',
  input: z.object({ what: z.string() }),
  policy: { ask: { reason: 'it costs money' } },
  run: ({ what }) => `Ordered: ${what}.`,
});

const buyer = createChat({
  model: scripted([{ calls: [{ name: 'order', input: { what: 'paper' } }] }, 'Paper is on its way.'], {
    turnBy: 'answers',
  }),
  tools: { order },
});

// The model of the office has the buyer work on something, as on any other tool.
const office = createChat({
  model: scripted([{ calls: [{ name: 'buy', input: { task: 'We need paper.' } }] }, 'You will have paper.'], {
    turnBy: 'answers',
  }),
  tools: { buy: askChat('buyer', 'Have something bought. Say all that has to be known for it.') },
});

await using runtime = createRuntime({ chat: { office, buyer }, store: memoryStore(), work: false });

const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann', chat: 'office' });
await runtime.send(thread, 'We are out of paper.');
// The office hands its call out and pauses; then the buyer pauses too.
await runtime.tick({ budget: 1_000 });

// What waits in the buyer's thread is listed under the thread that ann speaks in.
const { items } = await runtime.inbox({ tenant: 'acme', thread: thread.thread, principal: 'ann' });
const { call, thread: buying } = items[0]!;
console.log(call.name, buying.chat, buying.within?.length);

await runtime.decide(buying, { call, decision: { type: 'approve' }, by: 'ann' });
await runtime.tick({ budget: 1_000 });

const read = await runtime.read(thread);
console.log(read?.thread.status, read?.messages.at(-1)?.parts);
