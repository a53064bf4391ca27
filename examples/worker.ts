import { createChat, tool } from 'yourcall';
import type { Model } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';

const refund = tool({ description: 'Refund an order', effect: 'once', run: () => 'refunded' });
const model: Model = {
  provider: 'example',
  id: 'script',
  async *stream({ messages }) {
    const isAsked = messages.at(-1)?.role === 'user';
    if (isAsked) yield { type: 'call', id: '1', name: 'refund', arguments: '{}' };
    else yield { type: 'text', delta: 'It is on its way.' };
    yield { type: 'finish', reason: isAsked ? 'tool-calls' : 'stop' };
  },
};
const chat = createChat({ model, tools: { refund } });
// One that lasts longer than its process, where it is to serve anybody.
const store = memoryStore();

// Nothing goes on between requests: what is due is done behind them.
const runtime = createRuntime({ chat, store, work: false });
const handler = createHandler({
  runtime,
  basePath: '/api/chat',
  authorize(request) {
    if (request.headers.get('authorization') !== 'Bearer secret') return new Response('Who are you?', { status: 401 });
    return { principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide'] };
  },
});

/** What a worker at the edge is given beside a request. */
interface Context {
  waitUntil(work: Promise<unknown>): void;
}

export default {
  async fetch(request: Request, _environment: unknown, context: Context): Promise<Response> {
    const response = await handler.fetch(request);
    if (request.method === 'POST') context.waitUntil(runtime.tick({ budget: 20_000 }));
    return response;
  },
};
