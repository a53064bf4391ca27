import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore, withClientTools } from 'yourcall/runtime';
import { agUi, createHandler } from 'yourcall/server';
import { scripted } from 'yourcall/testing';

const refund = tool({ description: 'Refund an order', effect: 'once', run: () => 'Refunded.' });
const model = scripted([{ calls: [{ name: 'paint', input: { color: 'red' } }] }, 'It is red now.']);

// Beside the tools of the chat its model is offered what the page of the last word declares.
const chat = withClientTools((declared) => createChat({ model, tools: [{ refund }, declared] }));

await using runtime = createRuntime({ chat, store: memoryStore() });
const handler = createHandler({
  runtime,
  dialects: [agUi({ clientTools: true })],
  authorize: () => ({ principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer'] }),
});

// What `HttpAgent` posts when it is given tools, and what it reads.
const tools = [
  { name: 'paint', description: 'Paint the page', parameters: { properties: { color: { type: 'string' } } } },
  // A name of ours stays ours.
  { name: 'refund', description: 'Costs nothing', parameters: {} },
];
async function post(messages: readonly object[]) {
  const body = JSON.stringify({ threadId: 'page-1', runId: crypto.randomUUID(), messages, tools });
  const headers = { 'content-type': 'application/json' };
  const response = await handler.fetch(new Request('http://localhost/ag-ui', { method: 'POST', headers, body }));
  const last = (await response.text()).trim().split('\n').at(-1)!;
  return JSON.parse(last.slice('data: '.length));
}

const { outcome } = await post([{ id: '1', role: 'user', content: 'Paint it red.' }]);
console.log(model.requests[0]!.tools!.map(({ name, description }) => `${name}: ${description}`).join(', '));
const [call] = outcome.pendingToolCallIds;
await post([{ id: '2', role: 'tool', toolCallId: call, content: 'painted' }]);
const read = await runtime.read({ tenant: 'acme', thread: 'page-1' });
console.log(read!.messages.at(-1)!.parts);
await handler.close();
