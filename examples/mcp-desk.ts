import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler, mcp } from 'yourcall/server';
import { scripted } from 'yourcall/testing';

const refund = tool({ description: 'Refund an order', effect: 'once', policy: 'ask', run: () => 'Refunded.' });
const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'The refund is on its way.']);
await using runtime = createRuntime({ chat: createChat({ model, tools: { refund } }), store: memoryStore() });

const handler = createHandler({
  runtime,
  dialects: [mcp()],
  authorize: (request) =>
    request.headers.get('authorization') === 'Bearer ann'
      ? { principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide'] }
      : new Response('Who are you?', { status: 401 }),
});

// A host of MCP, as the official client makes one. What a server asks of the person is a question of the host's own.
const elicitation = { form: {} };
const versionNegotiation = { mode: 'auto' } as const;
const host = new Client({ name: 'host', version: '1' }, { capabilities: { elicitation }, versionNegotiation });
host.setRequestHandler('elicitation/create', ({ params }) => {
  console.log(params.message);
  return { action: 'accept', content: { confirm: true } };
});
const transport = new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
  fetch: (url, init) => handler.fetch(new Request(url, init)),
  requestInit: { headers: { authorization: 'Bearer ann' } },
});
await host.connect(transport as Parameters<Client['connect']>[0]);

interface Told {
  readonly waiting: readonly { readonly thread: string; readonly call: string; readonly seen: string }[];
  readonly messages: readonly { readonly text: string }[];
}

/** Calls a tool as the model of a host does. */
async function call(name: string, input: Record<string, unknown>): Promise<Told> {
  return (await host.callTool({ name, arguments: input })).structuredContent as unknown as Told;
}

const said = await call('say', { text: 'Refund order 17, please.' });
for (const { thread, call: id, seen } of said.waiting) {
  await call('decide', { thread, call: id, seen, decision: 'approve' });
  const { messages } = await call('read_thread', { thread });
  console.log(messages.at(-1)?.text);
}
await host.close();
await handler.close();
