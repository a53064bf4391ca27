import assert from 'node:assert/strict';
import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { scripted } from 'yourcall/testing';

const refund = tool({ description: 'Refund an order', effect: 'once', run: () => 'Refunded.' });
const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'The refund is on its way.'], {
  turnBy: 'answers',
});
const chat = createChat({ model, tools: { refund } });

const store = memoryStore();
await using runtime = createRuntime({ chat, store });

const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann', title: 'Order A-17' });
await runtime.send(thread, 'Refund order A-17, please.');

// Somebody else, somewhere else: what waits, and a decision about it.
const { cursor } = (await runtime.read(thread))!;
for await (const { event } of runtime.watch(thread, { after: cursor })) {
  if (event.type === 'paused') {
    const { items } = await runtime.inbox({ tenant: 'acme', principal: 'bob' });
    for (const { call } of items) {
      const answer = await runtime.decide(thread, { call, decision: { type: 'approve' }, by: 'bob' });
      assert.equal(answer.type, 'applied');
    }
  }
  if (event.type === 'done') {
    console.log(event.text);
    break;
  }
}
