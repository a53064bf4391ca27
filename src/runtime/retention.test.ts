import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';

const day = 86_400_000;

test('a thread is erased when nothing has changed in it for as long as it is kept, and what people decided stays a link (S7)', async () => {
  let now = 1;
  const store = memoryStore({ now: () => now });
  const pay = tool({ description: 'pays', input: z.object({}), policy: 'ask', run: () => 'paid' });
  const ask = { calls: [{ name: 'pay', input: {} }] };
  const chat = createChat({ model: scripted([ask, ask, 'done']), tools: { pay } });
  const runtime = createRuntime({ chat, store, work: false, retention: 30 * day });
  const done = await runtime.threads.create({ tenant: 'acme', thread: 'done' });
  const waits = await runtime.threads.create({ tenant: 'acme', thread: 'waits' });
  for (const key of [waits, done]) {
    await runtime.send(key, 'pay');
    await runtime.tick({ budget: 0 });
  }
  const { items } = await runtime.inbox({ ...done, manage: true });
  await runtime.decide(done, { call: items[0]!.call.id, decision: { type: 'approve' }, by: 'ann' });
  await runtime.tick({ budget: 0 });
  now += 29 * day;
  // Another process, which looks for the first time.
  const other = createRuntime({ chat, store, work: false, retention: 30 * day });
  await other.tick({ budget: 0 });
  expect((await runtime.read(done))?.thread.status).toBe('done');
  now += 2 * day;
  const keeps = createRuntime({ chat, store, work: false });
  await keeps.tick({ budget: 0 });
  expect((await runtime.read(done))?.thread.status).toBe('done');
  const later = createRuntime({ chat, store, work: false, retention: 30 * day });
  await later.tick({ budget: 0 });
  expect(await runtime.read(done)).toBeUndefined();
  expect((await runtime.read(waits))?.thread.status).toBe('paused');
  const { items: decided } = await runtime.audit({ tenant: 'acme' });
  expect(decided).toMatchObject([{ thread: 'done' }]);
  expect(JSON.stringify(decided)).not.toContain('ann');
});
