import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import type { ModelEvent, ModelRequest } from '../chat/model.ts';
import type { Policy } from '../chat/policy.ts';
import { tool } from '../chat/tool.ts';
import { isEnd } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedModel } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './index.ts';

/** A thread whose call waits, as its policy wants, and the machine that works on it when it is told to. */
async function waiting(policy: Policy<unknown, unknown>): Promise<{
  readonly runtime: Runtime;
  readonly store: Store;
  readonly key: ThreadKey;
  readonly model: ScriptedModel;
  readonly paid: unknown[];
}> {
  const paid: unknown[] = [];
  const run = (): unknown => paid.push('paid');
  const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy, run });
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'All is well.'], { turnBy: 'answers' });
  const store = memoryStore();
  const runtime = createRuntime({
    chat: createChat({ model, tools: { pay } }),
    store,
    work: false,
    onError: (error) => expect.fail(String(error)),
  });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'pay');
  await runtime.tick({ budget: 0 });
  expect((await runtime.read(key))?.thread.status).toBe('paused');
  return { runtime, store, key, model, paid };
}

async function stateOf({ runtime, key }: { runtime: Runtime; key: ThreadKey }): Promise<readonly unknown[]> {
  const { thread, messages } = (await runtime.read(key))!;
  const calls = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
  return [thread.status, thread.error, calls.map(({ state }) => state)];
}

test('cancelling what a paused thread waits for ends it there: its model is asked again by the next word alone (E7)', async () => {
  const scene = await waiting('ask');
  const { runtime, store, key, model, paid } = scene;
  expect(await runtime.cancel(key, { calls: true })).toBe(true);
  expect(await stateOf(scene)).toEqual(['failed', 'aborted', ['cancelled']]);
  expect(await runtime.tick({ budget: 0 })).toBe(0);
  expect(model.requests).toHaveLength(1);
  const [page] = await store.read([{ ...key, after: 0 }], 100);
  const ends = page!.rows.flatMap(({ events }) => events.filter(isEnd).map(({ type }) => type));
  expect(ends).toEqual(['paused', 'error']);
  expect(await runtime.cancel(key, { calls: true })).toBe(false);
  await runtime.send(key, 'what now?');
  await runtime.tick({ budget: 0 });
  expect([await stateOf(scene), paid]).toEqual([['done', undefined, ['cancelled']], []]);
});

test.each([
  ['alone', undefined],
  ['with what waits', { calls: true }],
])('a run that a time has begun is stopped, %s, though its thread was paused (E7)', async (_, options) => {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const scene = await waiting(async (_input, { due }) => {
    if (!due) return { defer: new Date(Date.now() + 20) };
    asked.resolve();
    await answered.promise;
    return 'allow';
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  const working = scene.runtime.tick({ budget: 0 });
  await asked.promise;
  expect(await scene.runtime.cancel(scene.key, options)).toBe(true);
  answered.resolve();
  await working;
  expect(await stateOf(scene)).toEqual(['failed', 'aborted', ['cancelled']]);
  expect([scene.paid, scene.model.requests.length]).toEqual([[], 1]);
});

test('a run that begins while what it waits for is cancelled stops too (E7)', async () => {
  const scene = await waiting('ask');
  const { runtime, store, key, model } = scene;
  const { append, claim } = store;
  const claimed = Promise.withResolvers<void>();
  // Between its look at the thread and what it appends, somebody takes it.
  store.append = async (what) => {
    if (what.events.some(isEnd) && !what.fence) {
      store.append = append;
      await append.call(store, {
        ...what,
        events: [],
        messages: [],
        calls: [],
        wake: 'now',
        status: 'paused',
        id: 'x',
      });
      const working = runtime.tick({ budget: 0 });
      await claimed.promise;
      const answer = await append.call(store, what);
      await working;
      return answer;
    }
    return append.call(store, what);
  };
  store.claim = async (what) => {
    const answer = await claim.call(store, what);
    claimed.resolve();
    return answer;
  };
  await runtime.cancel(key, { calls: true });
  await runtime.tick({ budget: 0 });
  expect(await stateOf(scene)).toEqual(['failed', 'aborted', ['cancelled']]);
  expect(model.requests).toHaveLength(1);
  // It was given back: nobody takes it over later, and goes on.
  expect((await runtime.read(key))?.thread.lease).toBeUndefined();
});

test.each([
  ['while the run that it stops goes on', false],
  ['whose process has died', true],
])('a word said right behind a stop is answered, %s (E7, D8)', async (_, isDead) => {
  const store = memoryStore();
  const hears = Promise.withResolvers<void>();
  const model = {
    provider: 'p',
    id: 'm',
    async *stream({ messages, signal }: ModelRequest): AsyncGenerator<ModelEvent> {
      const words = messages.filter(({ role }) => role === 'user').length;
      if (words === 1) {
        hears.resolve();
        await new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      }
      yield { type: 'text', delta: `${words} words` };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  await using runtime = createRuntime({ chat: createChat({ model }), store, work: !isDead, sweep: 20 });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'one');
  if (isDead) await store.claim({ key, chats: ['default'], holder: 'a process that dies', lease: 1 });
  else await hears.promise;
  expect(await runtime.cancel(key)).toBe(true);
  await runtime.send(key, 'two');
  await expect
    .poll(async () => {
      if (isDead) await runtime.tick({ budget: 0 });
      const { thread, messages } = (await runtime.read(key))!;
      return [thread.status, messages.slice(-2).map(textOf)];
    })
    .toEqual(['done', ['two', '2 words']]);
});
