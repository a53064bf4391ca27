import { createChat, tool } from 'yourcall';
import { pgBossWaker, postgresStore } from 'yourcall/postgres';
import { createRuntime } from 'yourcall/runtime';
import { scripted } from 'yourcall/testing';

const at = new Date(Date.now() + 500);
const pay = tool({ description: 'Pay an invoice', policy: () => ({ defer: at }), run: () => 'Paid.' });
const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'The invoice is paid.'], { turnBy: 'answers' });
const chat = createChat({ model, tools: { pay } });

const connectionString = process.env['DATABASE_URL'] ?? 'postgres://localhost/chats';
const store = postgresStore({ connectionString }, { waker: pgBossWaker() });
const runtime = createRuntime({ chat, store });

const thread = await runtime.threads.create({ tenant: 'acme' });
await runtime.send(thread, 'Pay invoice B-4.');

// Nobody says anything more: the thread is woken when its call is due.
for await (const { event } of runtime.watch(thread, { after: 'c0' })) {
  if (event.type === 'done') {
    console.log(event.text);
    break;
  }
}
await runtime.close();
await store.close();
