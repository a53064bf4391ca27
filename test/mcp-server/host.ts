// A host of MCP, with the official client, and its person: what they are asked to confirm, and what they say.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { toNodeListener } from '../../src/node/listener.ts';
import { mcp } from '../../src/server/mcp/index.ts';
import type { McpOptions } from '../../src/server/mcp/options.ts';
import { openShop } from '../server/shop.ts';
import type { Shop, ShopOptions } from '../server/shop.ts';

/** What the person of a host answers when they are asked. */
export type Answer = { readonly action: 'accept' | 'decline' | 'cancel'; readonly confirm?: boolean };

export interface HostOptions {
  /** How it says who asks. Absent: it cannot ask anybody. */
  readonly answer?: (message: string) => Answer | Promise<Answer>;
  readonly era?: 'auto' | 'legacy';
  /** In which ways it says that it can ask. Default: by a form, if it has an answer. */
  readonly elicitation?: { readonly form?: Record<string, never>; readonly url?: Record<string, never> };
}

/** What a tool gave. */
export interface Given {
  readonly isError: boolean;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON from outside: a test looks into whatever came
  readonly data: any;
}

export interface Host {
  readonly client: Client;
  /** What its person was asked to confirm. */
  readonly asked: readonly string[];
  call(name: string, input?: Record<string, unknown>): Promise<Given>;
}

/** A host that is connected by this; it is let go behind the test. */
export async function hostOver(
  transport: Transport,
  { answer, era = 'auto', elicitation = answer && { form: {} } }: HostOptions = {},
): Promise<Host> {
  const capabilities = elicitation ? { elicitation } : {};
  const client = new Client({ name: 'host', version: '1' }, { capabilities, versionNegotiation: { mode: era } });
  const asked: string[] = [];
  if (answer) {
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params.message);
      const { action, confirm } = await answer(params.message);
      return { action, ...(confirm !== undefined && { content: { confirm } }) };
    });
  }
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    client,
    asked,
    async call(name, input = {}) {
      const { content, structuredContent, isError = false } = await client.callTool({ name, arguments: input });
      const text = content.map((one) => (one.type === 'text' ? one.text : '')).join('');
      return { isError, text, data: structuredContent };
    },
  };
}

export interface Desk extends Shop {
  /** A host of somebody: `host('kim')`. */
  host(who: string, options?: HostOptions): Promise<Host>;
}

/** A shop that serves hosts of MCP on loopback. */
export async function openDesk({
  mcp: served = {},
  ...options
}: ShopOptions & { readonly mcp?: McpOptions } = {}): Promise<Desk> {
  const shop = openShop({ ...options, dialects: [mcp(served)] });
  const server = createServer(toNodeListener(shop.handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await shop[Symbol.asyncDispose]();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  return {
    ...shop,
    host(who, how) {
      const requestInit = { headers: { authorization: `Bearer ${who}` } };
      return hostOver(new StreamableHTTPClientTransport(url, { requestInit }) as Transport, how);
    },
  };
}

/** A person who confirms whatever they are asked. */
export const yes = (): Answer => ({ action: 'accept', confirm: true });
