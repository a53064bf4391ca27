// A server of threads, and what a client of AG-UI posts to it.
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool, waitFor } from '../../src/chat/tool.ts';
import { withClientTools } from '../../src/runtime/client-tools.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { agUi } from '../../src/server/ag-ui/index.ts';
import type { AgUiEvent, Interrupt, RunFinished } from '../../src/server/ag-ui/protocol.ts';
import { createHandler } from '../../src/server/handler.ts';
import type { Right } from '../../src/server/who.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedModel } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';

export interface AgUiScene {
  readonly runtime: Runtime;
  readonly model: ScriptedModel;
  readonly effects: readonly string[];
  /** Posts a body, as one of the tenant. */
  post(body: object, who?: string): Promise<Response>;
  /** Says a word, and gives what is told. */
  say(text: string, who?: string): Promise<readonly AgUiEvent[]>;
  /** Answers interrupts, and gives what is told. */
  resume(entries: readonly object[], who?: string): Promise<readonly AgUiEvent[]>;
  /** What a client is told that only looks. */
  look(who?: string): Promise<readonly AgUiEvent[]>;
  stop(): Promise<Response>;
  /** Asks without saying anything, as `?threadId=t`. */
  get(query: string, who?: string): Promise<Response>;
}

/** The thread that all of them speak in. */
export const key: { readonly tenant: string; readonly thread: string } = { tenant: 'acme', thread: 't' };

const everything: readonly Right[] = ['read', 'send', 'decide', 'answer'];

export interface AgUiSceneOptions {
  /** Whether clients may declare tools. */
  readonly clientTools?: boolean;
}

/** A server of which `who` says `principal@tenant` with all rights but to manage, or `principal@tenant:right,right:group`. */
export function agUiScene(script: readonly ScriptedTurn[], { clientTools = false }: AgUiSceneOptions = {}): AgUiScene {
  const effects: string[] = [];
  const model = scripted(script);
  const own = toolsOf(effects);
  const chat = clientTools
    ? withClientTools((declared) => createChat({ model, tools: [own, declared] }))
    : createChat({ model, tools: own });
  const runtime = createRuntime({ chat, store: memoryStore() });
  const authorize = ({ headers }: Request) => {
    const [name = '', rights, group] = (headers.get('authorization') ?? '').split(':');
    const [principal = '', tenant = ''] = name.split('@');
    const scopes = rights ? (rights.split(',') as Right[]) : everything;
    return { principal, tenant, scopes, ...(group !== undefined && { groups: [group] }) };
  };
  const handler = createHandler({ runtime, dialects: [agUi({ clientTools })], authorize });
  onTestFinished(async () => {
    await handler.close();
    await runtime.close();
  });
  const ask = (path: string, who: string, body?: object): Promise<Response> =>
    handler.fetch(
      new Request(`http://localhost/ag-ui${path}`, {
        headers: { authorization: who, 'content-type': 'application/json' },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      }),
    );
  const post = (body: object, who = 'ann@acme'): Promise<Response> =>
    ask('', who, { threadId: key.thread, runId: 'r', messages: [], ...body });
  let words = 0;
  return {
    runtime,
    model,
    effects,
    post,
    say: async (content, who) => {
      words += 1;
      return eventsOf(await post({ messages: [{ id: `w${words}`, role: 'user', content }] }, who));
    },
    resume: async (resume, who) => eventsOf(await post({ resume }, who)),
    look: async (who) => eventsOf(await post({}, who)),
    stop: () => ask(`/${key.thread}/stop`, 'ann@acme', {}),
    get: (query, who = 'ann@acme') => ask(query, who),
  };
}

function toolsOf(effects: string[]) {
  return {
    pay: tool({
      description: 'pays',
      input: z.object({ amount: z.number() }),
      policy: ({ amount }) => ({ ask: { reason: 'money', ...(amount > 10 && { approvers: ['cfo'] }) } }),
      run: ({ amount }) => {
        effects.push(`pay ${amount}`);
        return `paid ${amount}`;
      },
    }),
    locate: tool({ description: 'locates', policy: 'allow', output: z.object({ city: z.string() }) }),
    charge: tool({
      description: 'charges, and never says so',
      policy: 'allow',
      effect: 'once',
      timeout: 20,
      run: (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut')))),
    }),
    sense: tool({ description: 'senses', policy: 'allow', output: z.string() }),
    book: tool({
      description: 'books, and asks for the seat',
      answer: z.enum(['window', 'aisle']),
      policy: 'allow',
      run: (_, { answer }) => {
        if (answer === undefined) return waitFor({ question: 'Which seat?' });
        effects.push(`book ${answer}`);
        return 'booked';
      },
    }),
  };
}

/** The events of a stream; fails when it was refused. */
export async function eventsOf(response: Response): Promise<readonly AgUiEvent[]> {
  const text = await response.text();
  expect([response.status, text.slice(0, 200)]).toEqual([200, expect.anything()]);
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)) as AgUiEvent);
}

/** What the stream waits for. */
export function interruptsIn(events: readonly AgUiEvent[]): readonly Interrupt[] {
  const { outcome } = events.at(-1) as RunFinished;
  return outcome?.type === 'interrupt' ? outcome.interrupts : [];
}
