import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler, decisionLinks } from 'yourcall/server';
import { scripted } from 'yourcall/testing';

const refund = tool({ description: 'Refund an order', effect: 'once', run: () => 'refunded' });
const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'It is on its way.'], { turnBy: 'answers' });

export const runtime = createRuntime({ chat: createChat({ model, tools: { refund } }), store: memoryStore() });

// So small that a test notices them.
const limits = { body: 10_000, streams: 1 };

const secret = 'a secret for these tests alone, and for no other';
export const links = decisionLinks({ secret, url: 'http://localhost/api/chat' });

export const handler = createHandler({
  runtime,
  // What stands before every path, wherever it is mounted.
  basePath: '/api/chat',
  origins: ['https://app.example'],
  authorize(request) {
    const [, name] = /^Bearer (\w+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
    if (!name) return new Response('Who are you?', { status: 401 });
    return { principal: name, tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide'] };
  },
  limits,
  links,
});
