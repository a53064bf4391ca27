import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { aiSdk, createHandler } from 'yourcall/server';
import { scripted } from 'yourcall/testing';

const refund = tool({ description: 'Refund an order', effect: 'once', run: () => 'Refunded.' });
const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'The refund is on its way.']);
const chat = createChat({ model, tools: { refund } });

await using runtime = createRuntime({ chat, store: memoryStore() });
const handler = createHandler({
  runtime,
  basePath: '/api',
  dialects: [aiSdk()],
  // Who asks, by whatever your site knows of them: a session, a token.
  authorize: (request) =>
    request.headers.get('authorization') === 'Bearer ann'
      ? { principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide'] }
      : new Response('Who are you?', { status: 401 }),
});

// What `useChat` posts, and what it reads.
const headers = { authorization: 'Bearer ann', 'content-type': 'application/json' };
async function post(body: object): Promise<void> {
  const request = new Request('http://localhost/api/ai-sdk', { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await (await handler.fetch(request)).text();
  console.log([...text.matchAll(/"type":"([a-z-]+)"/g)].map(([, type]) => type).join(' '));
}

await post({ id: 'order-17', message: { id: '1', role: 'user', parts: [{ type: 'text', text: 'Refund it.' }] } });
const page = new Request('http://localhost/api/ai-sdk/order-17/messages', { headers });
const [, answer] = await (await handler.fetch(page)).json();
const parts = answer.parts.map((part: { approval?: object }) =>
  part.approval ? { ...part, state: 'approval-responded', approval: { ...part.approval, approved: true } } : part,
);
await post({ id: 'order-17', messageId: answer.id, message: { ...answer, parts } });
await handler.close();
