import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Stall } from '../store/store.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './index.ts';

test('a tool that keeps the event loop leaves a note in the store, by the name of its process (E9)', async () => {
  const reading = { input: z.object({}), effect: 'read', policy: 'allow' } as const;
  const compute = tool({
    ...reading,
    description: 'computes',
    run: () => {
      const end = performance.now() + 3_700;
      while (performance.now() < end);
      return 'computed';
    },
  });
  const model = scripted([{ calls: [{ name: 'compute', input: {} }] }, 'Done.']);
  const chat = createChat({ model, tools: { compute } });
  const noted: Stall[] = [];
  const store = Object.assign(memoryStore(), { noteStall: async (stall: Stall) => void noted.push(stall) });
  await using runtime = createRuntime({ chat, store, name: 'one', onError: () => {} });
  await runtime.send(await runtime.threads.create({ tenant: 'acme' }), 'Compute');
  while (noted.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(noted).toEqual([{ holder: 'one', length: expect.any(Number) }]);
  expect(noted[0]!.length).toBeGreaterThan(3_000);
}, 20_000);
