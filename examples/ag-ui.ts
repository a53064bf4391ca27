import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { agUi, createHandler } from 'yourcall/server';
import { scripted } from 'yourcall/testing';

const refund = tool({ description: 'Refund an order', effect: 'once', run: () => 'Refunded.' });
const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'The refund is on its way.']);
const chat = createChat({ model, tools: { refund } });

await using runtime = createRuntime({ chat, store: memoryStore() });
const handler = createHandler({
  runtime,
  basePath: '/api',
  dialects: [agUi()],
  // Who asks, by whatever your site knows of them: a session, a token.
  authorize: (request) =>
    request.headers.get('authorization') === 'Bearer ann'
      ? { principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide'] }
      : new Response('Who are you?', { status: 401 }),
});

// What a client of AG-UI posts, and what it reads.
const headers = { authorization: 'Bearer ann', 'content-type': 'application/json' };
async function post(input: object) {
  const body = JSON.stringify({ threadId: 'order-17', runId: crypto.randomUUID(), ...input });
  const request = new Request('http://localhost/api/ag-ui', { method: 'POST', headers, body });
  const lines = (await (await handler.fetch(request)).text()).split('\n').filter((line) => line.startsWith('data:'));
  const events = lines.map((line) => JSON.parse(line.slice('data:'.length)));
  console.log(events.map(({ type }) => type).join(' '));
  return events;
}

const paused = await post({ messages: [{ id: '1', role: 'user', content: 'Refund it.' }] });
const { messages } = paused.find(({ type }) => type === 'MESSAGES_SNAPSHOT');
const [interrupt] = paused.at(-1).outcome.interrupts;
await post({ messages, resume: [{ interruptId: interrupt.id, status: 'resolved', payload: { approved: true } }] });
await handler.close();
