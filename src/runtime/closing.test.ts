import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import type { Model } from '../chat/model.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import { sqliteStore } from '../store/sqlite/index.ts';
import type { Store } from '../store/store.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';

test('a runtime that closes while its store is gone waits for a time and says what was not stored (E3)', async () => {
  const whole = memoryStore();
  let isGone = false;
  const store: Store = new Proxy(whole, {
    get(target, name: keyof Store) {
      if (isGone && name === 'append') return () => Promise.reject(new Error('the store is gone'));
      return target[name].bind(target);
    },
  });
  const started = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const pay = tool({
    description: 'pays',
    input: z.object({}),
    effect: 'once',
    policy: 'allow',
    run: async () => {
      started.resolve();
      await goOn.promise;
      isGone = true;
      return 'paid';
    },
  });
  const errors: unknown[] = [];
  const chat = createChat({ model: scripted([{ calls: [{ name: 'pay', input: {} }] }, 'done']), tools: { pay } });
  const runtime = createRuntime({ chat, store, closing: 50, onError: (error) => errors.push(error) });
  const key = await runtime.threads.create({ tenant: 'acme', thread: 't1' });
  await runtime.send(key, 'pay');
  await started.promise;
  goOn.resolve();
  await runtime.close();
  expect(errors.at(-1)).toMatchObject({ code: 'network', message: expect.stringMatching(/^Closing while .*t1/) });
  // What was not stored is stored as soon as it can be, as long as the process lives.
  isGone = false;
  const state = async () => {
    const parts = (await whole.load(key))!.messages.flatMap((message) => message.parts);
    return parts.find((part) => part.type === 'tool')?.call.state;
  };
  while ((await state()) !== 'completed') await new Promise((resolve) => setTimeout(resolve, 10));
});

test.each(['a tool', 'a model'])(
  'a store that was closed first holds up nobody who closes while %s is under way',
  async (what) => {
    const store = sqliteStore(':memory:');
    const started = Promise.withResolvers<void>();
    const stopped = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
      new Promise((_, reject) => {
        started.resolve();
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const pay = tool({
      description: 'pays',
      input: z.object({}),
      effect: 'once',
      policy: 'allow',
      run: async (_, { signal }) => stopped({ signal }).catch(() => 'paid'),
    });
    const speaking: Model = {
      provider: 'p',
      id: 'm',
      async *stream({ signal }) {
        yield { type: 'text', delta: 'Well' };
        await stopped({ signal: signal! });
      },
    };
    const model = what === 'a tool' ? scripted([{ calls: [{ name: 'pay', input: {} }] }, 'done']) : speaking;
    const errors: unknown[] = [];
    const chat = createChat({ model, tools: { pay } });
    const runtime = createRuntime({ chat, store, onError: (error) => errors.push(error) });
    await runtime.send(await runtime.threads.create({ tenant: 'acme' }), 'pay');
    await started.promise;
    await store.close();
    const began = performance.now();
    await runtime.close();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(errors[0]).toMatchObject({ code: 'invalid-request', message: expect.stringContaining('it was closed') });
  },
);

test.each([
  ['memory', () => memoryStore()],
  ['SQLite', () => sqliteStore(':memory:')],
])('who watches in %s is told that the store was closed, and keeps no process alive', async (_, open) => {
  const store = open();
  const runtime = createRuntime({ chat: createChat({ model: scripted([]) }), store, work: false });
  const key = await runtime.threads.create({ tenant: 'acme' });
  const next = runtime.watch(key).next();
  const said = expect(next).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('closed'),
  });
  await store.read([], 1);
  await store.close();
  await said;
  await expect(runtime.watch(key).next()).rejects.toMatchObject({ code: 'invalid-request' });
});
