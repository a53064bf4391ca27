import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from 'yourcall/node';
import { createRuntime } from 'yourcall/runtime';
import { consolePages, createHandler } from 'yourcall/server';
import { sqliteStore } from 'yourcall/sqlite';
import { chat } from './chat.ts';

const store = sqliteStore('shop.db');
const runtime = createRuntime({ chat, store });

// One person with one token. In real life: whoever your sessions or your single sign-on say it is.
const token = process.env['TOKEN'] ?? crypto.randomUUID();
const handler = createHandler({
  runtime,
  dialects: [consolePages()],
  authorize: (request) =>
    request.headers.get('authorization') === `Bearer ${token}`
      ? { principal: 'ada', tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide', 'manage'] }
      : new Response('Who are you?', { status: 401 }),
});

const server = createServer(toNodeListener(handler));
server.listen(Number(process.env['PORT'] ?? 4141), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}/console#token=${token}`);
});

process.once('SIGTERM', async () => {
  await handler.close();
  server.close();
  await runtime.close();
  await store.close();
});
