// A server with the console, made of the built package and reached over a real network.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from 'yourcall/node';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import type { DurableChat, Runtime, Store } from 'yourcall/runtime';
import { consolePages, createHandler } from 'yourcall/server';
import type { HandlerOptions, Right, Who } from 'yourcall/server';

const everything: readonly Right[] = ['read', 'send', 'answer', 'decide', 'manage'];

/** Who they are, by their token. */
const people: Readonly<Record<string, Who>> = {
  ann: { principal: 'ann', tenant: 'acme', scopes: everything },
  kim: { principal: 'kim', tenant: 'acme', scopes: everything },
  bob: { principal: 'bob', tenant: 'acme', scopes: ['read', 'send', 'answer'] },
};

export interface SiteOptions extends Pick<HandlerOptions, 'limits' | 'auditSecret' | 'grants'> {
  readonly chat: unknown;
  readonly store?: Store;
  /** Where it listens. Default: a port that is free. */
  readonly port?: number;
  /** Whether it advances threads. Default: true. */
  readonly work?: boolean;
}

export interface Site {
  readonly url: string;
  readonly port: number;
  readonly runtime: Runtime;
  /** Where the console is, signed in as somebody. */
  console(who: string): string;
  /** Asks the native API as somebody: `ask('ann', 'GET /threads')`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON from outside: a test looks into whatever came
  ask(who: string, what: string, body?: unknown): Promise<any>;
  /** A new thread in which somebody has said something; ends when it has told of an end of this kind. */
  said(words: string, end?: 'paused' | 'done' | 'failed'): Promise<string>;
  /** Waits until a thread stands so. */
  until(thread: string, status: 'paused' | 'done' | 'failed'): Promise<void>;
  /** Cuts every connection that is open. */
  cut(): void;
  /** Ends the server as whoever runs programs does. */
  stop(): Promise<void>;
}

/** Serves a chat. */
export async function startSite({
  chat,
  store = memoryStore(),
  port = 0,
  work = true,
  ...more
}: SiteOptions): Promise<Site> {
  const runtime = createRuntime({
    chat: chat as DurableChat,
    store,
    work,
    sweep: 50,
    onError: () => {},
    context: (one) => one,
  });
  const handler = createHandler({ runtime, authorize, dialects: [consolePages()], log: () => {}, ...more });
  const server = createServer(toNodeListener(handler));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: given } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${given}`;
  const stop = once(async () => {
    const closed = new Promise<unknown>((resolve) => server.close(resolve));
    server.closeAllConnections();
    await handler.close();
    await closed;
    await runtime.close();
  });
  const ask: Site['ask'] = (who, what, body) => asked(url, [who, what, body]);
  return {
    url,
    port: given,
    runtime,
    console: (who) => `${url}/console#token=${who}`,
    ask,
    async said(words, end = 'paused') {
      const { id } = await ask('ann', 'POST /threads', { title: words.slice(0, 60) });
      await ask('ann', `POST /threads/${id}/messages`, { content: words });
      await ended(runtime, id, end);
      return id;
    },
    until: (thread, status) => ended(runtime, thread, status),
    cut: () => server.closeAllConnections(),
    stop,
  };
}

function authorize(request: Request): Who | Response {
  const [, name = ''] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
  return (Object.hasOwn(people, name) && people[name]) || new Response('who are you?', { status: 401 });
}

async function asked(url: string, [who, what, body]: Parameters<Site['ask']>): Promise<unknown> {
  const [method = '', path = ''] = what.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${what} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function ended(runtime: Runtime, thread: string, status: string): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    const now = (await runtime.read({ tenant: 'acme', thread }))?.thread.status;
    if (now === status) return;
    if (Date.now() > until) throw new Error(`The thread ${thread} is ${now}, not ${status}, for 20 s.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
