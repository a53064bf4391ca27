// A host of MCP that runs in a page of another origin, whose browser asks before it sends anything.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/client';
import { expect, onTestFinished, test } from 'vitest';
import { mcp } from '../../src/server/mcp/index.ts';
import { openShop } from '../server/shop.ts';

const page = 'https://host.example';

/** What a browser sends of its own accord, without asking. */
const unasked: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-language', 'origin']);

test.each(['auto', 'legacy'] as const)('a page may send all that the official client sends (%s)', async (mode) => {
  const shop = openShop({ dialects: [mcp()], origins: [page] });
  onTestFinished(() => shop[Symbol.asyncDispose]());
  const sent = new Set<string>();
  /** As a browser does it: first the question, then what it was allowed. */
  const fetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const names = [...new Headers(init.headers).keys()].filter((name) => !unasked.has(name));
    for (const name of names) sent.add(name);
    const method = init.method ?? 'GET';
    const asking = {
      origin: page,
      'access-control-request-method': method,
      'access-control-request-headers': names.toSorted().join(','),
    };
    const { headers } = await shop.handler.fetch(new Request(url, { method: 'OPTIONS', headers: asking }));
    const allowed = (name: string) => headers.get(name)?.split(', ') ?? [];
    expect(headers.get('access-control-allow-origin')).toBe(page);
    expect(['GET', 'POST', 'HEAD', ...allowed('access-control-allow-methods')]).toContain(method);
    expect(names.filter((name) => !allowed('access-control-allow-headers').includes(name))).toEqual([]);
    const request = new Request(url, init);
    request.headers.set('origin', page);
    return shop.handler.fetch(request);
  };
  const client = new Client({ name: 'page', version: '1' }, { versionNegotiation: { mode } });
  const requestInit = { headers: { authorization: 'Bearer ann' } };
  const url = new URL('http://localhost/mcp');
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit, fetch }) as Transport);
  const { tools } = await client.listTools();
  const { structuredContent } = await client.callTool({ name: 'say', arguments: { text: 'Pay 50, please.' } });
  await client.close();
  expect(tools.map(({ name }) => name)).toContain('say');
  expect(structuredContent).toMatchObject({ status: 'paused' });
  expect(sent).toContain('mcp-protocol-version');
  if (mode === 'auto') expect([...sent]).toEqual(expect.arrayContaining(['mcp-method', 'mcp-name']));
});
