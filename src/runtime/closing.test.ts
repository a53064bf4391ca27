import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
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
