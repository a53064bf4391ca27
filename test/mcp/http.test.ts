// A server of MCP at an address, played by hand: sessions that it forgets, requests that it refuses.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mcpTools } from '../../src/mcp/index.ts';
import { talk } from './stage.ts';

let server: Server;
let url: string;
/** What it was asked, with the session that was named. */
let heard: string[];
let sessions: Set<string>;
let keys: string[];
/** The status by which calls are refused. */
let refusal: number | undefined;

beforeEach(async () => {
  [heard, sessions, keys, refusal] = [[], new Set(), [], undefined];
  server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = request.headers['mcp-session-id'];
  if (request.headers['x-key'] !== 'geheim') return void response.writeHead(401).end();
  if (request.method === 'DELETE') heard.push(`end ${String(session)}`);
  if (request.method !== 'POST') return void response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
  const { id, method, params } = JSON.parse(await bodyOf(request)) as {
    id?: number;
    method: string;
    params?: { name?: string; _meta?: Record<string, string> };
  };
  heard.push(`${method}${params?.name === undefined ? '' : ` ${params.name}`} in ${String(session)}`);
  const say = (member: object, headers: Record<string, string> = {}): void => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...member }));
  };
  if (id === undefined) return void response.writeHead(202).end();
  if (method === 'server/discover') return say({ error: { code: -32601, message: 'Method not found' } });
  if (method === 'initialize') {
    const name = `s${sessions.size + 1}`;
    sessions.add(name);
    const result = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'shop', version: '1' },
    };
    return say({ result }, { 'mcp-session-id': name });
  }
  if (!sessions.has(String(session))) return void response.writeHead(404).end('no such session');
  if (method === 'tools/list') return say({ result: { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] } });
  if (refusal !== undefined) return void response.writeHead(refusal).end('by way of secret');
  keys.push(String(params?._meta?.['yourcall/idempotency-key']));
  say({ result: { content: [{ type: 'text', text: `in ${String(session)}` }] } });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function open(key = 'geheim') {
  const shop = { url, headers: async () => ({ 'x-key': key }), policy: 'allow', trusted: true } as const;
  return mcpTools({ servers: { shop }, onProblem: () => {} });
}

it('is called with your headers in a session, which is ended when nobody needs it', async () => {
  const mcp = await open();
  const { chat, conversation, calls } = talk(mcp.tools, 'shop__echo');
  await chat.complete(conversation);
  expect(calls()).toMatchObject([{ state: 'completed', output: 'in s1' }]);
  expect(keys).toEqual([expect.stringMatching(/^yc_[0-9a-f]{32}$/)]);
  await mcp.close();
  expect(heard).toEqual([
    'server/discover in undefined',
    'initialize in undefined',
    'notifications/initialized in s1',
    'tools/list in s1',
    'tools/call echo in s1',
    'end s1',
  ]);
});

it('may forget a session: another one is begun, once for all calls that had it, and the calls are made there', async () => {
  await using mcp = await open();
  sessions = new Set(['old', 'older']);
  const talks = [talk(mcp.tools, 'shop__echo'), talk(mcp.tools, 'shop__echo')];
  await Promise.all(talks.map(({ chat, conversation }) => chat.complete(conversation)));
  expect(talks.flatMap(({ calls }) => calls())).toMatchObject([{ output: 'in s3' }, { output: 'in s3' }]);
  expect(heard.filter((line) => line.startsWith('initialize'))).toHaveLength(2);
});

it.each([
  [403, { reason: 'its server shop refused the request (HTTP 403)', outcome: 'none' }],
  [500, { reason: 'its server shop answered HTTP 500', outcome: 'unknown' }],
])('answers a call with HTTP %i: what that says of its effect, and no more (E1, X3)', async (status, standing) => {
  await using mcp = await open();
  refusal = status;
  const { chat, conversation, calls } = talk(mcp.tools, 'shop__echo');
  await chat.complete(conversation);
  expect(calls()).toMatchObject([{ state: 'failed', ...standing }]);
  expect(JSON.stringify(conversation)).not.toContain('secret');
  expect(heard.filter((line) => line.startsWith('tools/call'))).toHaveLength(1);
});

it('says at once that it lets nobody in', async () => {
  await expect(open('wrong')).rejects.toThrow(/The MCP server "shop" could not be started: .*401/);
});
