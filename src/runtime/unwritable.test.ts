// What a model hands over and no store can keep: its thread ends with one error that says so, and holds up no other.
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import type { Model, ModelEvent } from '../chat/model.ts';
import { tool } from '../chat/tool.ts';
import type { ToolContext } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import { sqliteStore } from '../store/sqlite/index.ts';
import type { Store } from '../store/store.ts';
import { createRuntime } from './runtime.ts';

type Made = readonly unknown[];

interface Thrown {
  readonly message: string;
}

/** A thread of which a model says this, again and again if it is asked; and what becomes of it. */
async function scene(store: Store, events: (asked: number) => Made) {
  const count = { asked: 0 };
  const errors: Thrown[] = [];
  const model: Model = {
    provider: 'own',
    id: 'made-up',
    async *stream() {
      count.asked += 1;
      yield* events(count.asked) as ModelEvent[];
      yield { type: 'finish', reason: 'stop' };
    },
  };
  const run = (_input: object, { emit }: ToolContext): string => {
    emit({ n: 5n } as unknown as string, { note: 1 });
    return 'done';
  };
  const tells = tool({ description: 'tells', input: z.object({}), policy: 'allow', run });
  const chat = createChat({ model, tools: { tells } });
  // A lease that is lost soon: whoever took the thread over would ask again.
  const runtime = createRuntime({
    chat,
    store,
    lease: 300,
    sweep: 20,
    onError: (error) => errors.push(error as Thrown),
  });
  onTestFinished(() => runtime.close());
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'hello');
  const read = async () => (await runtime.read(key))!;
  const ended = vi.waitFor(async () => expect(['done', 'failed']).toContain((await read()).thread.status), {
    timeout: 10_000,
  });
  await ended;
  return { count, errors, runtime, key, read };
}

const circle: { me?: object } = {};
circle.me = circle;
const throwing = {
  get secret(): string {
    throw new Error('hunter2');
  },
};

const origin = (data: unknown) => ({ provider: 'own', model: 'made-up', data });
const said: Readonly<Record<string, (data: unknown) => Made>> = {
  'a text': (data) => [{ type: 'text', delta: 'Hi.', origin: origin(data) }],
  'a thought': (data) => [{ type: 'reasoning', delta: 'Hm.', origin: origin(data) }],
  'a call': (data) => [{ type: 'call', name: 'tells', arguments: '{}', origin: origin(data) }],
  'a source': (data) => [{ type: 'part', value: { type: 'source', url: 'https://a.test', origin: origin(data) } }],
  'a value': (data) => [{ type: 'part', value: { type: 'data', name: 'x', data } }],
  'a result of a provider': (data) => [
    { type: 'call', id: 'c', name: 'search', arguments: '{}', providerExecuted: true },
    { type: 'result', id: 'c', output: 1, origin: origin(data) },
  ],
  'a usage': (data) => [
    { type: 'text', delta: 'Hi.' },
    { type: 'usage', usage: { inputTokens: 1, outputTokens: 1, raw: data } },
  ],
  'a warning': (data) => [{ type: 'warning', reason: 'so', setting: data }],
};

describe.each([
  ['in memory', () => memoryStore()],
  ['in SQLite', () => sqliteStore(':memory:')],
])('%s', (_name, storeOf) => {
  test.each(Object.entries(said))(
    'what is no JSON, in %s of a model, ends the run in one error, and the model is asked once (L6, X3)',
    async (_what, events) => {
      for (const data of [{ n: 5n }, circle, throwing]) {
        const { count, runtime, key, read, errors } = await scene(storeOf(), () => events(data));
        expect([count.asked, (await read()).thread]).toMatchObject([
          1,
          { status: 'failed', error: 'invalid-response' },
        ]);
        const ends: unknown[] = [];
        for await (const { event } of runtime.watch(key, { after: 'c0' })) {
          if (event.type === 'error') ends.push(event);
          if (ends.length > 0) break;
        }
        expect(ends).toMatchObject([
          { code: 'invalid-response', retryable: false, message: expect.stringContaining('no JSON') },
        ]);
        expect(JSON.stringify([ends, errors.map(({ message }) => message)])).not.toContain('hunter2');
        expect(errors.length).toBeLessThanOrEqual(1);
      }
    },
    30_000,
  );
});

test('a thread that ended so goes on with the next word', async () => {
  const bad = said['a usage']!({ n: 5n });
  const { runtime, key, read } = await scene(memoryStore(), (asked) =>
    asked === 1 ? bad : [{ type: 'text', delta: 'Hello.' }],
  );
  await runtime.send(key, 'and now?');
  await vi.waitFor(async () => expect((await read()).thread.status).toBe('done'), { timeout: 10_000 });
  const { messages } = await read();
  expect(messages.map(({ role, interrupted }) => [role, interrupted])).toEqual([
    ['user', undefined],
    ['user', undefined],
    ['assistant', undefined],
  ]);
});

test('what a tool tells under a name that is none is told under one, and its call has its outcome (E6)', async () => {
  const calls = (asked: number): Made =>
    asked === 1 ? [{ type: 'call', name: 'tells', arguments: '{}' }] : [{ type: 'text', delta: 'Told.' }];
  const { count, errors, read } = await scene(memoryStore(), calls);
  expect([count.asked, errors]).toEqual([2, []]);
  const { messages } = await read();
  const parts = messages.flatMap((message) => message.parts);
  expect(parts).toMatchObject([
    {},
    { type: 'tool', call: { state: 'completed' } },
    { type: 'data', name: expect.any(String) },
    {},
  ]);
});
