import { createServer } from 'node:http';
import { createChat } from 'yourcall';
import { toNodeListener } from 'yourcall/node';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import { scripted } from 'yourcall/testing';

const chat = createChat({ model: scripted(['Hello.']) });
await using runtime = createRuntime({ chat, store: memoryStore() });

const handler = createHandler({
  runtime,
  authorize(request) {
    // Look up who has this token.
    if (request.headers.get('authorization') !== 'Bearer secret') return new Response('who are you?', { status: 401 });
    return { principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer'] };
  },
});
// Who says next to nothing, a byte at a time, is cut off soon.
const limits = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2_000 };
const server = createServer(limits, toNodeListener(handler));

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as { port: number };
const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
const made = await fetch(`http://127.0.0.1:${port}/threads`, { method: 'POST', headers, body: '{"title":"Lunch"}' });
console.log(made.status);
await handler.close();
server.close();
