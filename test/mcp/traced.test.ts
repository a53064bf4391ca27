// What spans say of tools of servers, as they are exported.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import type { ToolSet } from '../../src/chat/tool.ts';
import { Conversation } from '../../src/conversation/conversation.ts';
import { mcpTools } from '../../src/mcp/index.ts';
import { traced } from '../../src/telemetry/traced.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { Recorded } from '../telemetry/recorded.ts';
import { Stage } from './stage.ts';

const recorded = new Recorded();
beforeAll(() => recorded.install());
beforeEach(() => recorded.clear());
afterAll(() => recorded.uninstall());

/** What the span of one call says of MCP. */
async function toldOf(tools: ToolSet, name: string): Promise<unknown> {
  const model = scripted([{ calls: [{ name, input: {} }] }, 'Done.']);
  const conversation = new Conversation();
  conversation.say('Go');
  await traced(createChat({ model, tools, onError: () => {} })).complete(conversation);
  const span = recorded.spans.find((one) => one.name === `execute_tool ${name}`);
  expect(span?.ended).toBe(true);
  const told = Object.entries(span!.attributes).filter(([attribute]) => attribute.startsWith('mcp.'));
  return Object.fromEntries(told);
}

it.each([
  ['legacy', '2025-11-25'],
  ['modern', '2026-07-28'],
] as const)('a call of a program of the %s protocol says which one that is', async (era, version) => {
  await using stage = new Stage('hello', 'fail');
  const { tools } = await stage.open({ era, policy: 'allow' });
  const attributes = { 'mcp.method.name': 'tools/call', 'mcp.protocol.version': version };
  expect(await toldOf(tools, 'tiny__hello')).toEqual(attributes);
  expect(await toldOf(tools, 'tiny__fail')).toEqual(attributes);
});

it('a call in a session says in which', async () => {
  const answers: Readonly<Record<string, object>> = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'a', version: '1' } },
    'tools/list': { tools: [{ name: 'hello', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [] },
  };
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { id, method } = JSON.parse(body) as { id?: number; method: string };
    if (id === undefined) return void response.writeHead(202).end();
    const result = answers[method];
    const error = { code: -32601, message: 'Method not found' };
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's-1' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const mcp = await mcpTools({ servers: { shop: { url, policy: 'allow', trusted: true } } });
  expect(await toldOf(mcp.tools, 'shop__hello')).toEqual({
    'mcp.method.name': 'tools/call',
    'mcp.protocol.version': '2025-11-25',
    'mcp.session.id': 's-1',
  });
  await mcp.close();
  server.closeAllConnections();
  server.close();
});

it('a call of a tool of yours says nothing of it', async () => {
  const own = tool({ description: '', policy: 'allow', run: () => 'hi' });
  expect(await toldOf({ own }, 'own')).toEqual({});
});
