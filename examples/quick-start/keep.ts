import { createRuntime } from 'yourcall/runtime';
import { sqliteStore } from 'yourcall/sqlite';
import { chat } from './chat.ts';

const store = sqliteStore('shop.db');
const runtime = createRuntime({ chat, store });

// The second time this is started something waits.
const { items } = await runtime.inbox({ tenant: 'acme', principal: 'ada' });
const [item] = items;
const thread = item?.thread ?? (await runtime.threads.create({ tenant: 'acme', owner: 'ada' }));
const { cursor } = (await runtime.read(thread))!;

if (item) await runtime.decide(thread, { call: item.call, decision: { type: 'approve' }, by: 'ada' });
else await runtime.send(thread, 'refund order A-17, amount 120');

for await (const { event } of runtime.watch(thread, { after: cursor })) {
  if (event.type === 'paused') console.log('It waits for somebody. Start this again.');
  if (event.type === 'done') console.log(event.text);
  if (event.type === 'paused' || event.type === 'done') break;
}
await runtime.close();
await store.close();
