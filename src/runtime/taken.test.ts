import { afterEach, expect, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import type { ThreadStatus } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime, RuntimeOptions } from './index.ts';

const key = { tenant: 'acme', thread: 't1' };

const open: Runtime[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A store that counts how threads are taken. */
function counting(): { readonly store: Store; readonly taken: { claim: number; append: number } } {
  const store = memoryStore();
  const taken = { claim: 0, append: 0 };
  const counted: Pick<Store, 'claim' | 'append'> = {
    async claim(claim) {
      const claimed = await store.claim(claim);
      if (claimed) taken.claim += 1;
      return claimed;
    },
    async append(append) {
      const answer = await store.append(append);
      if (answer.type === 'appended' && answer.claimed) taken.append += 1;
      return answer;
    },
  };
  const bound = new Proxy(store, {
    get: (target, name: keyof Store) =>
      name in counted ? counted[name as 'claim'] : (target[name] as () => void).bind(target),
  });
  return { store: bound, taken };
}

function runtimeOf(
  script: readonly ScriptedTurn[],
  options: Partial<RuntimeOptions> & { readonly store: Store },
): Runtime {
  const pay = tool({ description: 'pays', effect: 'once', run: () => 'paid' });
  const chat = createChat({ model: scripted(script, { turnBy: 'answers' }), tools: { pay } });
  // No sweep comes within a test: only what was said and decided here moves a thread.
  const runtime = createRuntime({ chat, sweep: 60_000, ...options });
  open.push(runtime);
  return runtime;
}

async function comesTo(runtime: Runtime, status: ThreadStatus, thread: string = key.thread): Promise<void> {
  const at = { tenant: key.tenant, thread };
  await expect.poll(async () => (await runtime.read(at))?.thread.status).toBe(status);
}

test('a word and a decision take their thread with them: nothing is claimed beside (E8)', async () => {
  const { store, taken } = counting();
  const runtime = runtimeOf([{ calls: [{ name: 'pay', input: {} }] }, 'Paid.'], { store });
  await runtime.threads.create(key);
  await runtime.send(key, 'Pay.');
  await comesTo(runtime, 'paused');
  const { items } = await runtime.inbox({ tenant: 'acme', manage: true });
  await runtime.decide(key, { call: items[0]!.call, decision: { type: 'approve' }, by: 'ann' });
  await comesTo(runtime, 'done');
  expect(taken).toEqual({ claim: 0, append: 2 });
});

test('a process without a free slot leaves the thread to whoever has one, and takes it when it has (S3)', async () => {
  const { store, taken } = counting();
  let finish = (): void => {};
  const held = new Promise<void>((resolve) => (finish = resolve));
  const model = {
    provider: 'p',
    id: 'm',
    async *stream() {
      await held;
      yield { type: 'text', delta: 'Yes.' } as const;
      yield { type: 'finish', reason: 'stop' } as const;
    },
  };
  const runtime = createRuntime({ chat: createChat({ model }), store, sweep: 60_000, concurrency: 1 });
  open.push(runtime);
  for (const thread of ['t1', 't2']) {
    await runtime.threads.create({ ...key, thread });
    await runtime.send({ ...key, thread }, 'Hello?');
  }
  expect(taken).toEqual({ claim: 0, append: 1 });
  expect((await store.load({ ...key, thread: 't2' }))?.thread.lease).toBeUndefined();
  finish();
  await comesTo(runtime, 'done');
  await comesTo(runtime, 'done', 't2');
  expect(taken).toEqual({ claim: 1, append: 1 });
});

test('a process that does not work takes nothing', async () => {
  const { store, taken } = counting();
  const runtime = runtimeOf(['Yes.'], { store, work: false });
  await runtime.threads.create(key);
  await runtime.send(key, 'Hello?');
  expect((await store.load(key))?.thread.lease).toBeUndefined();
  await runtime.tick({ budget: 0 });
  await comesTo(runtime, 'done');
  expect(taken).toEqual({ claim: 1, append: 0 });
});

test('what is taken while the process closes is given back, due for the next one', async () => {
  const { store, taken } = counting();
  const runtime = runtimeOf(['Yes.'], { store });
  await runtime.threads.create(key);
  const sending = runtime.send(key, 'Hello?');
  await runtime.close();
  await sending;
  const { thread } = (await store.load(key))!;
  expect(thread.lease).toBeUndefined();
  const next = runtimeOf(['Yes.'], { store, sweep: 10 });
  await comesTo(next, 'done');
  expect(taken.claim + taken.append).toBeGreaterThan(0);
});
