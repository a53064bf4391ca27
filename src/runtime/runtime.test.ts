import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { apply } from '../conversation/apply.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime, RuntimeOptions } from './index.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

function runtimeOf(options: Partial<RuntimeOptions> & Pick<RuntimeOptions, 'chat'>): Runtime {
  const runtime = createRuntime({ store: memoryStore(), sweep: 20, onError: fail, ...options });
  open.push(runtime);
  return runtime;
}

function fail(error: unknown): void {
  throw error;
}

/** A chat that pays when somebody approves; what it paid stands in the list. */
function shop(...script: readonly ScriptedTurn[]): { chat: RuntimeOptions['chat']; paid: number[] } {
  const paid: number[] = [];
  const tools = {
    pay: tool({
      description: 'pays',
      input: z.object({ amount: z.number() }),
      effect: 'once',
      run: ({ amount }) => {
        paid.push(amount);
        return { receipt: paid.length };
      },
    }),
  };
  return { chat: createChat({ model: scripted(script, { turnBy: 'answers' }), tools }) as never, paid };
}

async function calls(runtime: Runtime, key: ThreadKey): Promise<readonly ToolCall[]> {
  const { messages = [] } = (await runtime.read(key)) ?? {};
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

async function until<Value>(look: () => Promise<Value | undefined | false>): Promise<Value> {
  for (let turn = 0; turn < 500; turn += 1) {
    const value = await look();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen');
}

const status = (runtime: Runtime, key: ThreadKey, wanted: string) =>
  until(async () => ((await runtime.read(key))?.thread.status === wanted ? true : undefined));

const asks: ScriptedTurn = { calls: [{ name: 'pay', input: { amount: 5 } }] };

describe('a thread', () => {
  test('is answered by whoever works', async () => {
    const runtime = runtimeOf({ chat: shop('hello').chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    expect(await runtime.send(key, 'hi')).toMatchObject({ type: 'sent' });
    await status(runtime, key, 'done');
    const { messages } = (await runtime.read(key))!;
    expect(messages.map(textOf)).toEqual(['hi', 'hello']);
  });

  test('pauses for a person, and goes on when somebody decided', async () => {
    const { chat, paid } = shop(asks, 'paid');
    const runtime = runtimeOf({ chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    await status(runtime, key, 'paused');
    const { items } = await runtime.inbox({ tenant: 'acme' });
    expect(items.map(({ call, thread }) => [call.name, thread.thread])).toEqual([['pay', key.thread]]);
    const call = items[0]!.call.id;
    expect(await runtime.decide(key, { call, decision: { type: 'approve' }, by: 'ann' })).toMatchObject({
      type: 'applied',
    });
    await status(runtime, key, 'done');
    expect(paid).toEqual([5]);
    expect(await runtime.inbox({ tenant: 'acme' })).toEqual({ items: [] });
  });

  test('a double click runs the tool once, and the second is told who was first (D3)', async () => {
    const { chat, paid } = shop(asks, 'paid');
    const runtime = runtimeOf({ chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    await status(runtime, key, 'paused');
    const call = (await calls(runtime, key))[0]!.id;
    const click = (by: string) => runtime.decide(key, { call, decision: { type: 'approve' }, by });
    const answers = await Promise.all([click('ann'), click('bob'), click('eve')]);
    expect(answers.map(({ type }) => type).toSorted()).toEqual(['already', 'already', 'applied']);
    await status(runtime, key, 'done');
    expect(paid).toEqual([5]);
  });

  test('the same key says the same thing once', async () => {
    const runtime = runtimeOf({ chat: shop('hello').chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    const sent = await Promise.all([1, 2, 3].map(() => runtime.send(key, 'hi', { key: 'k1' })));
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    await status(runtime, key, 'done');
    expect((await runtime.read(key))!.messages.length).toBe(2);
  });

  test('what is said while a call waits is stored and told to wait, or supersedes what was not started (D8)', async () => {
    const { chat, paid } = shop(asks, 'as you like', 'anything else?');
    const runtime = runtimeOf({ chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    await status(runtime, key, 'paused');
    const [call] = await calls(runtime, key);
    expect(await runtime.send(key, 'well?')).toMatchObject({ type: 'queued', behind: [call!.id] });
    await runtime.send(key, 'forget it', { while: 'supersede' });
    await status(runtime, key, 'done');
    expect((await calls(runtime, key)).map(({ state }) => state)).toEqual(['cancelled']);
    expect((await runtime.read(key))!.messages.map(textOf)).toEqual(['pay', '', 'well?', 'forget it', 'as you like']);
    expect(paid).toEqual([]);
  });

  test('one of three calls is decided, the others wait', async () => {
    const three = { calls: [1, 2, 3].map((amount) => ({ name: 'pay', input: { amount } })) };
    const { chat, paid } = shop(three, 'done');
    const runtime = runtimeOf({ chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    await status(runtime, key, 'paused');
    const [, second] = await calls(runtime, key);
    await runtime.decide(key, { call: second!.id, decision: { type: 'approve' } });
    await until(async () => paid.length === 1);
    await status(runtime, key, 'paused');
    expect(paid).toEqual([2]);
    expect((await calls(runtime, key)).map(({ state }) => state)).toEqual([
      'awaiting-approval',
      'completed',
      'awaiting-approval',
    ]);
  });

  test('a stop reaches a tool that runs in another process, and the next word begins anew (E7)', async () => {
    const store = memoryStore();
    let stopped: unknown;
    const wait = tool({
      description: 'waits until it is told to stop',
      input: z.object({}),
      effect: 'read',
      run: (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject((stopped = signal.reason as Error))),
        ),
    });
    const model = scripted([{ calls: [{ name: 'wait', input: {} }] }, 'here again']);
    runtimeOf({ chat: createChat({ model, tools: { wait } }), store });
    const other = runtimeOf({ chat: createChat({ model, tools: { wait } }), store, work: false });
    const key = await other.threads.create({ tenant: 'acme' });
    await other.send(key, 'wait');
    await until(async () => (await calls(other, key)).some(({ state }) => state === 'running'));
    expect(await other.cancel(key)).toBe(true);
    await status(other, key, 'failed');
    expect((await other.read(key))!.thread.error).toBe('aborted');
    expect(stopped).toMatchObject({ name: 'AbortError' });
    expect(await other.cancel(key)).toBe(false);
    await other.send(key, 'still there?');
    await status(other, key, 'done');
    expect((await other.read(key))!.messages.map(textOf).at(-1)).toBe('here again');
  });

  test('a process that closes gives back what it has, and another one goes on (E3)', async () => {
    const store = memoryStore();
    const { chat } = shop({ text: 'a long answer that is cut', delay: 30 });
    const first = runtimeOf({ chat, store });
    const key = await first.threads.create({ tenant: 'acme' });
    await first.send(key, 'hi');
    await until(async () => (await first.read(key))!.messages.length === 2);
    await first.close();
    expect((await first.read(key))!.thread).toMatchObject({ status: 'working' });
    expect((await first.read(key))!.thread.lease).toBeUndefined();
    const second = runtimeOf({ chat, store });
    await status(second, key, 'done');
    expect((await second.read(key))!.messages.map(textOf)).toEqual(['hi', 'a long answer that is cut']);
  });

  test('what a tool says after its thread was lost is kept beside what was decided (E3)', async () => {
    const store = memoryStore();
    let answer!: (receipt: string) => void;
    const charge = tool({
      description: 'charges',
      input: z.object({}),
      effect: 'once',
      policy: 'allow',
      timeout: 50,
      run: () => new Promise<string>((resolve) => (answer = resolve)),
    });
    const chat = createChat({ model: scripted([{ calls: [{ name: 'charge', input: {} }] }, 'ok']), tools: { charge } });
    const runtime = runtimeOf({ chat, store, onError: () => {} });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'charge');
    await until(async () => (await calls(runtime, key))[0]?.state === 'in-doubt');
    await status(runtime, key, 'paused');
    answer('receipt 1');
    await until(async () => (await calls(runtime, key))[0]?.state === 'completed');
    expect((await calls(runtime, key))[0]).toMatchObject({ state: 'completed', output: 'receipt 1' });
  }, 20_000);

  test('a thread that kills its workers stops after five takeovers, until somebody retries (L6)', async () => {
    const store = memoryStore();
    const { chat } = shop('hello');
    const runtime = runtimeOf({ chat, store, work: false });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    for (let death = 0; death < 6; death += 1) {
      await store.claim({ key, chats: ['default'], holder: 'dies', lease: 1 });
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(await runtime.tick({ budget: 100 })).toBe(1);
    expect((await runtime.read(key))!.thread).toMatchObject({ status: 'failed', error: 'poisoned' });
    expect(await runtime.tick({ budget: 20 })).toBe(0);
    await runtime.retry(key);
    expect(await runtime.tick({ budget: 100 })).toBe(1);
    expect((await runtime.read(key))!.thread.status).toBe('done');
  });

  test('a stop that meets a shutdown is not lost (E7)', async () => {
    const store = memoryStore();
    const { chat } = shop({ text: 'a long answer that is cut', delay: 30 }, 'never said');
    const first = runtimeOf({ chat, store });
    const key = await first.threads.create({ tenant: 'acme' });
    await first.send(key, 'hi');
    await until(async () => (await first.read(key))!.messages.length === 2);
    const closing = first.close();
    await first.cancel(key);
    await closing;
    const second = runtimeOf({ chat, store });
    await status(second, key, 'failed');
    expect((await second.read(key))!.thread.error).toBe('aborted');
  });

  test('a tick advances what it counts, and nothing behind its back', async () => {
    const runtime = runtimeOf({ chat: shop('one', 'two').chat, work: false });
    for (const thread of ['t1', 't2']) {
      await runtime.threads.create({ tenant: 'acme', thread });
      await runtime.send({ tenant: 'acme', thread }, 'hi');
    }
    expect(await runtime.tick({ budget: 1e-9 })).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const states = (await runtime.threads.list({ tenant: 'acme' })).items.map((thread) => thread.status);
    expect(states.toSorted()).toEqual(['done', 'working']);
    expect(await runtime.tick({ budget: 1_000 })).toBe(1);
  });

  test('two tools that answer after they were given up settle each call once (E3)', async () => {
    const answers: (() => void)[] = [];
    const charge = tool({
      description: 'charges',
      input: z.object({}),
      effect: 'once',
      policy: 'allow',
      timeout: 50,
      run: () => new Promise<string>((resolve) => answers.push(() => resolve('charged'))),
    });
    const two = { calls: [1, 2].map(() => ({ name: 'charge', input: {} })) };
    const runtime = runtimeOf({
      chat: createChat({ model: scripted([two, 'ok']), tools: { charge } }),
      onError: () => {},
    });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'charge');
    await until(
      async () => (await calls(runtime, key)).length === 2 && (await runtime.read(key))!.thread.status === 'paused',
    );
    for (const answer of answers) {
      answer();
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await until(async () => (await calls(runtime, key)).every(({ state }) => state === 'completed'));
    expect((await calls(runtime, key)).map(({ lateEvidence }) => lateEvidence)).toEqual([undefined, undefined]);
  });

  test('is watched from a place on: everything that was stored, once, in order (S5)', async () => {
    const { chat } = shop(asks, 'paid');
    const runtime = runtimeOf({ chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    const { cursor } = (await runtime.read(key))!;
    await runtime.send(key, 'pay');
    await status(runtime, key, 'paused');
    const leave = new AbortController();
    const events: ChatEvent[] = [];
    const cursors: string[] = [];
    for await (const { event, cursor: next } of runtime.watch(key, { after: cursor, signal: leave.signal })) {
      events.push(event);
      cursors.push(next);
      if (event.type === 'paused') {
        const [call] = await calls(runtime, key);
        await runtime.decide(key, { call: call!.id, decision: { type: 'approve' } });
      }
      if (event.type === 'done') leave.abort();
    }
    const { messages } = (await runtime.read(key))!;
    expect(apply([], events)).toEqual(messages);
    expect(new Set(cursors).size).toBe(events.length);
    const again: ChatEvent[] = [];
    const half = cursors[Math.floor(cursors.length / 2)]!;
    for await (const { event } of runtime.watch(key, { after: half, signal: AbortSignal.timeout(100) }))
      again.push(event);
    expect(again).toEqual(events.slice(Math.floor(cursors.length / 2) + 1));
    await expect(runtime.watch(key, { after: 'nonsense' }).next()).rejects.toMatchObject({ code: 'invalid-request' });
  });

  test('that does not exist is named in the error', async () => {
    const runtime = runtimeOf({ chat: shop('hello').chat });
    const key = { tenant: 'acme', thread: 'nowhere' };
    const error = { code: 'invalid-request', message: expect.stringContaining('nowhere') as string };
    await expect(runtime.send(key, 'hi')).rejects.toMatchObject(error);
    await expect(runtime.decide(key, { call: 'c', decision: { type: 'approve' } })).rejects.toMatchObject(error);
    await expect(runtime.retry(key)).rejects.toMatchObject(error);
    expect(await runtime.read(key)).toBeUndefined();
  });
});

test('what is no store and no chat is refused when the runtime is made, and says what makes one', () => {
  const chat = createChat({ model: scripted([]) });
  const made = (options: object): (() => unknown) => {
    return () => createRuntime({ work: false, ...options } as never);
  };
  expect(made({ chat, store: 'threads.db' })).toThrow(
    'Making a runtime: `store` is none: memoryStore(), sqliteStore()',
  );
  expect(made({ chat })).toThrow('Making a runtime: `store` is none');
  expect(made({ store: memoryStore() })).toThrow('Making a runtime: `chat` is missing: createChat() makes one');
  expect(made({ chat: {}, store: memoryStore() })).toThrow('`chat` is missing');
  expect(made({ chat: scripted([]), store: memoryStore() })).toThrow('`chat` is none: createChat() makes one');
  expect(made({ chat: { shop: chat, help: scripted([]) }, store: memoryStore() })).toThrow('`chat` is none');
});

test('X1: a thread without a tenant is not made: the threads of all would lie in one place', async () => {
  const runtime = createRuntime({ chat: createChat({ model: scripted([]) }), store: memoryStore(), work: false });
  for (const thread of [{}, { tenant: undefined }, { tenant: null, thread: 't' }]) {
    await expect(runtime.threads.create(thread as never)).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'Making a thread: `tenant` is missing.',
    });
  }
});

test('what nobody can say is refused in a thread, and nothing is said', async () => {
  const runtime = createRuntime({ chat: createChat({ model: scripted([]) }), store: memoryStore(), work: false });
  const thread = await runtime.threads.create({ tenant: 'acme' });
  for (const words of [undefined, { role: 'user', content: 'Hello' }, [{ type: 'image', image: 'x' }]]) {
    await expect(runtime.send(thread, words as never)).rejects.toMatchObject({ code: 'invalid-request' });
  }
  expect((await runtime.read(thread))?.messages).toEqual([]);
});

describe('a thread that is made of what was said elsewhere', () => {
  const call = { id: 'c', name: 'refund', arguments: '{}', input: {}, revision: 1 } as const;
  const before: readonly Message[] = [
    { id: 'u', role: 'user', parts: [{ type: 'text', text: 'Refund it.' }], at: 1 },
    {
      id: 'a',
      role: 'assistant',
      parts: [{ type: 'tool', call: { ...call, state: 'completed', output: 'Refunded.' } }],
      at: 2,
      finish: 'tool-calls',
    },
  ];

  test('C2: has it, asks nobody, and goes on when somebody says something', async () => {
    const model = scripted(['Twice? No.']);
    const runtime = runtimeOf({ chat: createChat({ model }), work: false });
    const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann', messages: before });
    expect(await runtime.tick({ budget: 0 })).toBe(0);
    const { messages, thread: made } = (await runtime.read(thread))!;
    expect(made.status).toBe('done');
    expect(messages).toEqual([{ ...before[0], author: 'ann' }, before[1]]);
    await runtime.send(thread, 'Was it refunded twice?');
    await runtime.tick({ budget: 0 });
    expect(model.heard[0]).toEqual([
      'user: Refund it.',
      'assistant: refund({}) → Refunded.',
      'user: Was it refunded twice?',
    ]);
  });

  test('S5: is filled once: its id is taken then; one that its maker left empty is filled', async () => {
    const runtime = runtimeOf({ chat: createChat({ model: scripted([]) }), work: false });
    const key = { tenant: 'acme', thread: 'moved' };
    await runtime.threads.create(key);
    await runtime.threads.create({ ...key, messages: before });
    await expect(runtime.threads.create({ ...key, messages: before })).rejects.toThrow(
      'Making thread moved: its id is taken.',
    );
    await expect(runtime.threads.create(key)).rejects.toThrow('its id is taken');
    expect((await runtime.read(key))?.messages).toHaveLength(2);
  });

  test('E1: is not made of a call that is open, since nobody knows here what became of it, nor of ids that stand twice', async () => {
    const runtime = runtimeOf({ chat: createChat({ model: scripted([]) }), work: false });
    const open = {
      ...before[1]!,
      parts: [{ type: 'tool', call: { ...call, state: 'approved', by: 'person' } }],
    } as Message;
    const made = runtime.threads.create({ tenant: 'acme', thread: 'moved', messages: [open] });
    await expect(made).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'Making thread moved: call c (refund) is approved, which is not settled.',
    });
    expect(await runtime.read({ tenant: 'acme', thread: 'moved' })).toBeUndefined();
    // The second would take the place of the first.
    await expect(
      runtime.threads.create({ tenant: 'acme', thread: 'moved', messages: [...before, ...before] }),
    ).rejects.toThrow('Making thread moved: the id "u" stands twice in its messages.');
  });
});
