// A server made with the official package that wants a token, and one that hands out tokens, at another address.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { auth, ClientCredentialsProvider } from '@modelcontextprotocol/client';
import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { Conversation } from '../../src/conversation/conversation.ts';
import { ChatError } from '../../src/conversation/error.ts';
import { isObject } from '../../src/conversation/json.ts';
import { Connection } from '../../src/mcp/connection.ts';
import { mcpServersFrom, mcpTools } from '../../src/mcp/index.ts';
import type { RemoteServer } from '../../src/mcp/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { callsOf, soon, talk } from './stage.ts';

const token = 'tok-geheim';

/** Tokens that let somebody in. */
let accepted: Set<string>;
/** What asked the shop for something, as far as it was let in. */
let heard: readonly (string | undefined)[];
/** What asked for a token. */
let askedForToken: IncomingMessage['headers'][];
let servers: Server[];
let shop: string;
let tokens: string;
/** Whether a call of `wait` has begun, and what it waits for. */
let waits: boolean;
let released: PromiseWithResolvers<void>;
/** What the shop says to who is not let in, and that it is in trouble. */
let trouble: number | undefined;
let refusals: number;

beforeEach(async () => {
  [accepted, heard, askedForToken, servers, trouble] = [new Set([token]), [], [], [], undefined];
  [waits, refusals, released] = [false, 0, Promise.withResolvers<void>()];
  tokens = await listening(issue);
  shop = `${await listening(serve)}/mcp`;
});

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { fetch: handle } = createMcpHandler(() => {
  const server = new McpServer({ name: 'shop', version: '1' });
  server.registerTool('wait', { inputSchema: z.object({}) }, async () => {
    waits = true;
    await released.promise;
    return { content: [{ type: 'text', text: 'waited' }] };
  });
  server.registerTool('hello', { inputSchema: z.object({}) }, () => ({ content: [{ type: 'text', text: 'hi' }] }));
  return server;
});

/** The shop. Its pages about errors show what it was sent, as such pages do. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization, host } = request.headers;
  if (request.url?.startsWith('/.well-known/oauth-protected-resource')) {
    return json(response, { resource: `http://${host}/mcp`, authorization_servers: [tokens] });
  }
  const status = accepted.has(String(authorization).replace('Bearer ', '')) ? trouble : 401;
  if (status !== undefined) {
    refusals += 1;
    const about = `Bearer resource_metadata="http://${host}/.well-known/oauth-protected-resource/mcp"`;
    response.writeHead(status, { 'www-authenticate': about });
    return void response.end(`You sent ${JSON.stringify(request.headers)}`);
  }
  heard = [...heard, authorization];
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const body = request.method === 'POST' ? { body: await bodyOf(request) } : {};
  const answer = await handle(new Request(`http://${host}/mcp`, { method: request.method!, headers, ...body }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  // One of them is held open, for news of tools.
  for await (const chunk of answer.body ?? []) response.write(chunk);
  response.end();
}

/** Who hands out tokens: to who has a secret, or was sent back by the page where a person said yes. */
async function issue(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== '/token') {
    return json(response, {
      issuer: tokens,
      authorization_endpoint: `${tokens}/authorize`,
      token_endpoint: `${tokens}/token`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    });
  }
  askedForToken.push(request.headers);
  const said = new URLSearchParams(await bodyOf(request));
  const isRight = said.get('grant_type') === 'client_credentials' || said.get('code') === 'said-yes';
  const access_token = `tok-${askedForToken.length}-geheim`;
  accepted.add(access_token);
  if (isRight) return json(response, { access_token, token_type: 'Bearer' });
  json(response, { error: 'invalid_grant', error_description: 'tok-geheim' }, 400);
}

function json(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

const problems: string[] = [];

function open(server: Omit<RemoteServer, 'url'>) {
  problems.length = 0;
  const onProblem = (sentence: string): void => void problems.push(sentence);
  return mcpTools({ servers: { shop: { url: shop, policy: 'allow', ...server } }, onProblem });
}

async function hello(server: Omit<RemoteServer, 'url'>): Promise<unknown> {
  await using mcp = await open(server);
  const { chat, conversation, calls } = talk(mcp.tools, 'shop__hello');
  await chat.complete(conversation);
  const [call] = calls();
  return call?.state === 'completed' ? call.output : call;
}

describe('a server that wants a token', () => {
  it.each<[string, Omit<RemoteServer, 'url'>]>([
    ['headers', { headers: { Authorization: `Bearer ${token}` } }],
    ['a function', { headers: () => ({ authorization: `Bearer ${token}` }) }],
    ['a function that has to look', { headers: async () => ({ authorization: `Bearer ${token}` }) }],
    ['a provider', { authProvider: { token: async () => token } }],
  ])('is given one by %s, with every request', async (_, server) => {
    expect(await hello(server)).toBe('hi');
    expect(heard.length).toBeGreaterThan(2);
    expect(new Set(heard)).toEqual(new Set([`Bearer ${token}`]));
  });

  it('is given one of the environment, by the usual configuration', async () => {
    const config = { mcpServers: { shop: { type: 'http', url: shop, headers: { Authorization: 'Bearer ${TOKEN}' } } } };
    await using mcp = await mcpTools({ servers: mcpServersFrom(JSON.stringify(config), { TOKEN: token }) });
    expect(Object.keys(mcp.tools)).toContain('shop__hello');
  });

  it('is given the next one by a provider that hears that the last is refused, in the middle of a talk', async () => {
    let now = token;
    const authProvider = { token: async () => now, onUnauthorized: async () => void (now = 'tok-next') };
    await using mcp = await open({ authProvider });
    accepted = new Set(['tok-next']);
    const { chat, conversation, calls } = talk(mcp.tools, 'shop__hello');
    await chat.complete(conversation);
    expect(calls()).toMatchObject([{ state: 'completed', output: 'hi' }]);
  });

  it('is given one by OAuth, for which a program is known by a secret; nobody else gets headers that are for the server', async () => {
    const authProvider = new ClientCredentialsProvider({ clientId: 'me', clientSecret: 's3', expectedIssuer: tokens });
    expect(await hello({ authProvider, headers: { 'x-key': token } })).toBe('hi');
    expect(askedForToken).toHaveLength(1);
    expect(askedForToken[0]).not.toHaveProperty('x-key');
  });

  it('is left out until a person has been to the page of OAuth, if it is optional', async () => {
    const authProvider = new Browser();
    await using mcp = await open({ authProvider, optional: true });
    expect(Object.keys(mcp.tools)).toEqual([]);
    expect(authProvider.sentTo).toContain(`${tokens}/authorize?`);
    expect(problems).toEqual([
      expect.stringContaining('"shop" could not be started: it refused the request (HTTP 401)'),
    ]);
    expect(await auth(authProvider, { serverUrl: shop, authorizationCode: 'said-yes' })).toBe('AUTHORIZED');
    await mcp.refresh();
    await expect.poll(() => Object.keys(mcp.tools), soon).toEqual(['shop__wait', 'shop__hello']);
  });
});

/** Somebody who is sent to a page, and has not been there yet. */
class Browser implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1/back';
  readonly clientMetadata = { redirect_uris: [this.redirectUrl] };
  sentTo = '';
  #tokens: Awaited<ReturnType<OAuthClientProvider['tokens']>>;
  #verifier = '';
  #found: ReturnType<NonNullable<OAuthClientProvider['discoveryState']>>;

  clientInformation() {
    return { client_id: 'me' };
  }
  tokens() {
    return this.#tokens;
  }
  saveTokens(tokens: NonNullable<Awaited<ReturnType<OAuthClientProvider['tokens']>>>) {
    this.#tokens = tokens;
  }
  redirectToAuthorization(url: URL) {
    this.sentTo = url.href;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  codeVerifier() {
    return this.#verifier;
  }
  saveDiscoveryState(found: Parameters<NonNullable<OAuthClientProvider['saveDiscoveryState']>>[0]) {
    this.#found = found;
  }
  discoveryState() {
    return this.#found;
  }
}

describe('a server that lets nobody in by what it is given', () => {
  it.each<[string, Omit<RemoteServer, 'url'>, string, number | undefined]>([
    ['nothing', {}, 'it refused the request (HTTP 401)', 401],
    ['a wrong token', { headers: { authorization: 'Bearer wrong-geheim' } }, 'it refused the request (HTTP 401)', 401],
    [
      'a provider with a wrong token',
      { authProvider: { token: async () => 'wrong-geheim' } },
      'it refused the request (HTTP 401)',
      401,
    ],
    [
      'a provider that has no other',
      { authProvider: { token: async () => 'wrong-geheim', onUnauthorized: async () => {} } },
      'it refused the request (HTTP 401)',
      401,
    ],
    [
      'headers that could not be had',
      {
        headers: async () => {
          throw new Error('vault of tok-geheim is closed');
        },
      },
      'it was not asked, since the headers for it could not be had',
      undefined,
    ],
  ])('says so at once, as `auth`, with its status and without the token: %s', async (_, server, why, status) => {
    const error: unknown = await open(server).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ChatError);
    expect(error).toMatchObject({ code: 'auth', retryable: false, status });
    expect((error as ChatError).message).toBe(`The MCP server "shop" could not be started: ${why}.`);
  });

  it.each([401, 403])('is still there when it refuses one with HTTP %i: what runs goes on (E1)', async (status) => {
    await using mcp = await open({ headers: { authorization: `Bearer ${token}` }, trusted: true });
    const [long, short] = [talk(mcp.tools, 'shop__wait'), talk(mcp.tools, 'shop__hello')];
    const ended = long.chat.complete(long.conversation);
    await expect.poll(() => waits, soon).toBe(true);
    trouble = status;
    await short.chat.complete(short.conversation);
    expect(short.calls()).toMatchObject([{ state: 'failed', outcome: 'none' }]);
    // It is looked at whether it is there: that is refused, too.
    await expect.poll(() => refusals, soon).toBeGreaterThan(1);
    released.resolve();
    await ended;
    expect(long.calls()).toMatchObject([{ state: 'completed', output: 'waited' }]);
    trouble = undefined;
    const again = talk(mcp.tools, 'shop__hello');
    await again.chat.complete(again.conversation);
    expect(again.calls()).toMatchObject([{ state: 'completed', output: 'hi' }]);
  });

  it('is asked for its news again until it lets us in again', async () => {
    const waits: number[] = [];
    let changes = 0;
    const sleep = async (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const hooks = { changed: () => void (changes += 1), report: () => {}, sleep };
    const connection = new Connection('shop', { url: shop, headers: { authorization: `Bearer ${token}` } }, hooks);
    await connection.client();
    trouble = 401;
    for (const server of servers) server.closeAllConnections();
    await expect.poll(() => waits.filter((wait) => wait === 30_000).length, soon).toBeGreaterThan(1);
    expect(changes).toBe(0);
    trouble = undefined;
    await expect.poll(() => changes, soon).toBe(1);
    await connection.close();
  });

  it.each([401, 403, 429, 500, 503])(
    'tells nobody what it was sent, although it answers HTTP %i with that (X3)',
    async (status) => {
      const errors: unknown[] = [];
      await using mcp = await open({ headers: { authorization: `Bearer ${token}` } });
      await using trusted = await open({ headers: { authorization: `Bearer ${token}` }, trusted: true });
      trouble = status;
      const said: unknown[] = [errors, problems];
      for (const { tools } of [mcp, trusted]) {
        const model = scripted([{ calls: [{ name: 'shop__hello', input: {} }] }, 'Done.']);
        const chat = createChat({ model, tools, onError: (error) => errors.push(error) });
        const conversation = new Conversation();
        conversation.say('Go');
        for await (const event of chat.stream(conversation)) said.push(event);
        said.push(...callsOf(conversation));
      }
      await mcp.refresh();
      expect(said.filter(isFailed)).toMatchObject([
        // Its list is read before a call of who is not trusted: nothing was called.
        { outcome: 'none', reason: `its server shop ${status < 404 ? 'did not let us in' : 'cannot be reached'}` },
        status < 500
          ? { outcome: 'none', reason: `its server shop refused the request (HTTP ${status})` }
          : { outcome: 'unknown', reason: `its server shop answered HTTP ${status}` },
      ]);
      expect(problems).toContainEqual(expect.stringMatching(`^The MCP server "shop" .*: it .*HTTP ${status}`));
      expect(inspect(said, { depth: 20 })).not.toContain('geheim');
    },
  );
});

function isFailed(one: unknown): boolean {
  return isObject(one) && one['state'] === 'failed';
}
