import { createChat } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler, logTo } from 'yourcall/server';
import { scripted } from 'yourcall/testing';
import { pino } from 'pino';

const chat = createChat({ model: scripted([]) });
await using runtime = createRuntime({ chat, store: memoryStore() });

const handler = createHandler({
  runtime,
  authorize: () => ({ principal: 'ann', tenant: 'acme', scopes: ['read'] }),
  log: logTo(pino()),
});

await handler.fetch(new Request('http://localhost/threads'));
