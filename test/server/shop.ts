// A shop over HTTP: its chat pays when somebody approves. Every JSON answer is compared with the OpenAPI document.
import { Validator } from '@cfworker/json-schema';
import { afterEach } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { nativeRoutesOf } from '../../src/server/native/routes.ts';
import { openApiOf } from '../../src/server/native/openapi.ts';
import { createHandler } from '../../src/server/handler.ts';
import type { HandlerOptions } from '../../src/server/options.ts';
import type { Right, Who } from '../../src/server/who.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { SseSplitter } from '../../src/wire/sse.ts';

export const payment: ScriptedTurn = { calls: [{ name: 'pay', input: { amount: 50 } }] };

/** An event as a client reads it. */
export interface ReadFrame {
  readonly name: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON from outside: a test looks into whatever came
  readonly data: any;
}

/** An answer as a client reads it. */
export interface Answered {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON from outside: a test looks into whatever came
  readonly body: any;
  readonly headers: Headers;
}

export interface Shop extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly paid: readonly number[];
  readonly handler: ReturnType<typeof createHandler>;
  /** Asks as somebody: `ask('ann', 'GET /threads')`. */
  ask(who: string, what: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** The events of a thread up to one of this name. */
  until(thread: string, name: string, after?: string): Promise<readonly ReadFrame[]>;
  /** A thread of Ann in which a payment waits, and what a decision about it takes. */
  waiting(): Promise<{ readonly thread: string; readonly call: string; readonly seen: string }>;
}

const everything: readonly Right[] = ['read', 'send', 'answer', 'decide', 'manage'];

/** Who they are, by their name; `eve` is of another tenant. */
export const people: Readonly<Record<string, Who>> = {
  ann: { principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer'] },
  bob: { principal: 'bob', tenant: 'acme', scopes: ['read', 'send', 'answer'] },
  kim: { principal: 'kim', tenant: 'acme', scopes: ['read', 'decide'] },
  fay: { principal: 'fay', tenant: 'acme', groups: ['finance'], scopes: ['read', 'decide'] },
  max: { principal: 'max', tenant: 'acme', scopes: everything },
  eve: { principal: 'eve', tenant: 'other', scopes: everything },
};

export interface ShopOptions extends Partial<HandlerOptions> {
  readonly script?: readonly ScriptedTurn[];
  readonly store?: Store;
  readonly expiresIn?: number;
  readonly approvers?: readonly string[];
  /** Others who have to approve it too. */
  readonly also?: readonly string[];
  readonly paid?: number[];
  readonly work?: boolean;
}

export function authorize(request: Request): Who | Response {
  const name = (request.headers.get('authorization') ?? '').replace('Bearer ', '');
  return (Object.hasOwn(people, name) && people[name]) || new Response('who are you?', { status: 401 });
}

export function openShop(options: ShopOptions = {}): Shop {
  const {
    script = [payment, 'Paid.'],
    store = memoryStore(),
    paid = [],
    expiresIn,
    approvers,
    also,
    work = true,
    ...more
  } = options;
  const chat = createChat({
    model: scripted(script),
    ...(also && { policy: () => ({ ask: { reason: 'both', approvers: also } }) }),
    tools: {
      pay: tool({
        description: 'pays',
        input: z.object({ amount: z.number().max(100) }),
        effect: 'once',
        policy: {
          ask: { reason: 'money', ...(expiresIn !== undefined && { expiresIn }), ...(approvers && { approvers }) },
        },
        run: ({ amount }) => {
          paid.push(amount);
          return { receipt: paid.length };
        },
      }),
      locate: tool({ description: 'asks the browser', input: z.object({}), effect: 'read' }),
    },
  });
  const runtime = createRuntime({ chat, store, work, sweep: 20 });
  const handler = createHandler({ runtime, authorize, log: () => {}, ...more });
  return {
    runtime,
    paid,
    handler,
    ask: (...asked) => ask(handler, asked),
    until: (thread, name, after = 'c0') => until(handler, { thread, name, after }),
    waiting: () => waiting(handler),
    async [Symbol.asyncDispose]() {
      await handler.close();
      await runtime.close();
    },
  };
}

/** Opens shops that are closed behind each test. */
export function shopsOfTests(): (options?: ShopOptions) => Shop {
  const open: Shop[] = [];
  afterEach(async () => {
    for (const shop of open.splice(0)) await shop[Symbol.asyncDispose]();
  });
  return (options) => {
    const shop = openShop(options);
    open.push(shop);
    return shop;
  };
}

type Handler = ReturnType<typeof createHandler>;

export function requestAs(who: string, what: string, body?: unknown, headers: Record<string, string> = {}): Request {
  const [method = '', path = ''] = what.split(' ');
  const hasBody = method === 'POST' || method === 'PATCH';
  return new Request(`http://localhost${path}`, {
    method,
    headers: { authorization: `Bearer ${who}`, ...(hasBody && { 'content-type': 'application/json' }), ...headers },
    ...(hasBody && body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function ask(handler: Handler, [who, what, body, headers]: Parameters<Shop['ask']>): Promise<Answered> {
  const response = await handler.fetch(requestAs(who, what, body, headers));
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const value: unknown = isJson ? JSON.parse(text) : text;
  checkAnswer(what, response, value);
  return { status: response.status, body: value, headers: response.headers };
}

// oxlint-disable-next-line typescript/no-explicit-any -- the document as a client has it, without our types
const document: any = openApiOf(nativeRoutesOf({}));

/** Throws when an answer is not what the document says. */
function checkAnswer(what: string, { status, headers }: Response, value: unknown): void {
  const [method = '', path = ''] = what.split(' ');
  const type = (headers.get('content-type') ?? '').split(';')[0]!;
  const given = path.split('?')[0]!;
  const name = Object.keys(document.paths).find((one) =>
    new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(given),
  );
  const operation = name && document.paths[name][method.toLowerCase()];
  if (!operation || status === 401) return;
  const said = operation.responses[status] ?? (status >= 400 ? operation.responses.default : undefined);
  if (!said) throw new Error(`${what} answered ${status}, of which the document does not speak`);
  if (said.content?.['*/*']) return;
  const schema = said.content?.[type]?.schema;
  if (said.content && !schema && type !== 'text/event-stream') throw new Error(`${what} answered ${type}`);
  if (!schema) return;
  const { errors, valid } = new Validator({ ...schema, components: document.components }, '2020-12').validate(value);
  if (!valid) throw new Error(`${what}: ${JSON.stringify(errors.at(-1))} in ${JSON.stringify(value)}`);
}

async function until(
  handler: Handler,
  { thread, name, after }: { thread: string; name: string; after: string },
): Promise<readonly ReadFrame[]> {
  return framesUntil(await handler.fetch(requestAs('max', `GET /threads/${thread}/events?after=${after}`)), name);
}

/** The events of a stream up to one of this name; then it is left. */
export async function framesUntil(response: Response, name: string): Promise<readonly ReadFrame[]> {
  const frames: ReadFrame[] = [];
  const splitter = new SseSplitter((data, event) => frames.push({ name: event, data: JSON.parse(data) }));
  const decoder = new TextDecoder();
  for await (const bytes of response.body!) {
    splitter.push(decoder.decode(bytes, { stream: true }));
    if (frames.some((frame) => frame.name === name)) break;
  }
  return frames;
}

async function waiting(handler: Handler) {
  const { body: made } = await ask(handler, ['ann', 'POST /threads', {}]);
  const thread: string = made.id;
  await ask(handler, ['ann', `POST /threads/${thread}/messages`, { content: 'Pay 50, please.' }]);
  await until(handler, { thread, name: 'paused', after: 'c0' });
  const { body: read } = await ask(handler, ['kim', `GET /threads/${thread}`]);
  const [one] = read.waiting;
  return { thread, call: one.call.id as string, seen: one.seen as string };
}
