// A server whose tools keep a password to themselves, in every way in which a call can go, and all that it answers.
import { inspect } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { ToolFailure } from '../../src/chat/tool-failure.ts';
import { tool, ToolError, waitFor } from '../../src/chat/tool.ts';
import type { ToolOptions } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { agUi } from '../../src/server/ag-ui/index.ts';
import { aiSdk } from '../../src/server/ai-sdk/index.ts';
import type { Route } from '../../src/server/dialect.ts';
import { createHandler } from '../../src/server/handler.ts';
import type { Handler } from '../../src/server/handler.ts';
import { decisionLinks } from '../../src/server/links/decision-links.ts';
import { linkRoutes } from '../../src/server/links/routes.ts';
import { mcp } from '../../src/server/mcp/index.ts';
import { nativeRoutesOf } from '../../src/server/native/routes.ts';
import { routesOf } from '../../src/server/path.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { authorize, requestAs } from './shop.ts';

/** What its tools are called with: an object that holds the password somewhere, under a name that means `password`. */
export type Kept = Readonly<Record<string, unknown>>;

export interface VaultOptions {
  readonly input: Kept;
  /** Stands in whatever is not to be told. */
  readonly marker: string;
  /** Whether its tools say that they keep it. Default: true; without it everybody is told, which shows that this looks right. */
  readonly keeps?: boolean;
  readonly store?: Store;
}

export interface Vault extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly handler: Handler;
  /** All that somebody was answered, by the way it was asked for: `ann GET /threads/:thread`. */
  readonly told: ReadonlyMap<string, string>;
  /** All that was logged, by the server, the chat and the runtime. */
  readonly logged: readonly string[];
  /** Every way in which it can be asked. */
  readonly ways: readonly string[];
  /** Asks, and keeps what is answered while it comes. */
  fetch(request: Request): Promise<Response>;
  ask(who: string, what: string, body?: unknown): Promise<string>;
  /** A host of MCP; its person confirms what they are asked, and `asked` has it. */
  host(who: string, asked: string[]): Promise<Client>;
  linkTo(thread: string, call: string): Promise<string>;
  /** Until the runs of the thread have come to rest. */
  rest(thread: string): Promise<void>;
}

const described = { description: 'keeps a password', input: z.looseObject({}) };
type Run = NonNullable<ToolOptions<Kept, unknown, unknown, unknown>['run']>;

/** One tool for each way in which a call can go. */
function toolsOf(marker: string) {
  const allowed = (run: Run) => tool({ ...described, policy: 'allow', run });
  const failing = (error: unknown) =>
    allowed(() => {
      throw error;
    });
  return {
    asks: tool({
      ...described,
      policy: (input) => ({ ask: { reason: `with ${marker}`, preview: JSON.stringify(input), risk: 'login' } }),
      run: async (input, { progress, emit }) => {
        progress({ at: input });
        // What a call came to by the time that it would be told is not told on the way.
        await new Promise((resolve) => setTimeout(resolve, 120));
        emit('note', { of: [input] } as never);
        return { receipt: 1, of: input };
      },
      present: () => `It was ${marker}.`,
    }),
    rejects: tool({ ...described, policy: 'ask', run: () => 'never' }),
    denies: tool({ ...described, policy: () => ({ deny: `not with ${marker}` }), run: () => 'never' }),
    gives: allowed((input, { progress, emit }) => {
      progress({ at: input });
      emit('gift', { of: [input] } as never);
      return { filler: 'x'.repeat(40_000), of: input };
    }),
    presents: tool({ ...described, policy: 'allow', run: (input) => input, present: () => `It was ${marker}.` }),
    throws: failing(new Error(marker, { cause: new Error(marker) })),
    refuses: failing(new ToolError(`not with ${marker}`)),
    doubts: tool({
      ...described,
      effect: 'once',
      policy: 'allow',
      run: () => {
        throw new ToolFailure(`lost ${marker}`, { lost: true });
      },
    }),
    questions: tool({
      ...described,
      policy: 'allow',
      answer: z.string(),
      run: (input, { answer }) =>
        answer === undefined ? waitFor({ question: 'Which one?', state: input as never }) : input,
    }),
    wrong: tool({
      description: 'takes nothing like it',
      input: z.looseObject({}).refine(() => false, { message: `not ${marker}` }),
      run: () => 'never',
    }),
    trips: tool({
      ...described,
      policy: () => {
        throw new Error(marker);
      },
      run: () => 'never',
    }),
    hands: allowed(() => waitFor({ thread: { chat: 'helper', say: 'Help.', title: 'Help' } })),
  };
}

/** Says of each tool that it keeps the password, in one of the ways in which that can be said. */
function keeping<Tools extends ReturnType<typeof toolsOf>>(tools: Tools): Tools {
  const named = (name: string) => (name === 'presents' ? true : ['password']);
  const kept = Object.entries(tools).map(([name, one]) => [
    name,
    name === 'gives' ? one : { ...one, sensitive: named(name) },
  ]);
  // The same names with the same tools.
  return Object.fromEntries(kept) as Tools;
}

export function openVault({ input, marker, keeps = true, store = memoryStore() }: VaultOptions): Vault {
  const logged: string[] = [];
  const log = (entry: unknown): void => void logged.push(inspect(entry, { depth: 12, showHidden: true }));
  const tools = toolsOf(marker);
  // In one piece, so that nothing is missed that was told in two.
  const calls = Object.keys(tools).map((name) => ({ name, input, pieces: 1 }));
  const chat = createChat({
    model: scripted([{ calls }, 'Done.', 'Done.', 'Done.', 'Done.'], { turnBy: 'asked' }),
    tools: keeps ? keeping(tools) : tools,
    onError: log,
  });
  const helper = createChat({ model: scripted(['Helped.']) });
  const runtime = createRuntime({ chat: { chat, helper }, store, sweep: 20, onError: log });
  const links = decisionLinks({ secret: 'a secret of at least thirty-two characters', url: 'http://localhost' });
  const dialects = [aiSdk(), agUi(), mcp()];
  // One of them was made by others, and does not say so itself.
  const sensitive = keeps ? { gives: ['password'] } : {};
  const handler = createHandler({ runtime, authorize, dialects, links, log, sensitive });
  const routes = [...nativeRoutesOf({}), ...linkRoutes(links), ...dialects.flatMap((one) => one.routes)];
  const answered = new Answered(handler, routes);
  return {
    runtime,
    handler,
    logged,
    told: answered.told,
    ways: routes.map(({ method, path }) => `${method} ${path}`),
    fetch: (request) => answered.fetch(request),
    ask: async (who, what, body) => (await answered.fetch(requestAs(who, what, body))).text(),
    host: (who, asked) => hostOf(answered, who, asked),
    async linkTo(thread, id) {
      const read = await runtime.read({ tenant: 'acme', thread });
      const call = read!.messages
        .flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? part.call : [])))
        .find((one) => one.id === id)!;
      return links.linkTo({ thread: { tenant: 'acme', thread }, call, principal: 'kim' });
    },
    async rest(thread) {
      for (;;) {
        const read = await runtime.read({ tenant: 'acme', thread });
        if (read!.thread.status !== 'working' && read!.thread.status !== 'new') return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async [Symbol.asyncDispose]() {
      await handler.close();
      await runtime.close();
    },
  };
}

/** Keeps what is answered, while it comes. */
class Answered {
  readonly told = new Map<string, string>();
  readonly #handler: Handler;
  readonly #find: ReturnType<typeof routesOf>;

  constructor(handler: Handler, routes: readonly Route[]) {
    this.#handler = handler;
    this.#find = routesOf(routes);
  }

  async fetch(request: Request): Promise<Response> {
    const found = this.#find(request.method, new URL(request.url).pathname);
    const path = found.type === 'route' ? found.route.path : 'nowhere';
    const way = `${request.headers.get('authorization')?.replace('Bearer ', '')} ${request.method} ${path}`;
    const response = await this.#handler.fetch(request);
    this.#tell(way, `\n${JSON.stringify([...response.headers])}\n`);
    const decoder = new TextDecoder();
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, controller) => {
        this.#tell(way, decoder.decode(bytes, { stream: true }));
        controller.enqueue(bytes);
      },
    });
    return new Response(response.body?.pipeThrough(heard) ?? null, response);
  }

  #tell(way: string, text: string): void {
    this.told.set(way, (this.told.get(way) ?? '') + text);
  }
}

async function hostOf(answered: Answered, who: string, asked: string[]): Promise<Client> {
  const client = new Client(
    { name: 'host', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'auto' } },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => {
    asked.push(params.message);
    return { action: 'accept', content: { confirm: true } };
  });
  const fetch = async (url: string | URL, init?: RequestInit): Promise<Response> =>
    answered.fetch(new Request(url, init));
  const requestInit = { headers: { authorization: `Bearer ${who}` } };
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), { requestInit, fetch }) as Transport,
  );
  return client;
}
