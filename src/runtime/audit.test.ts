import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { append, asking, rejection } from '../testing/store/case.ts';
import { scripted } from '../testing/scripted.ts';
import { verifyAudit } from './audit.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';

const auditSecret = 'a secret';

/** A thread in which somebody wants to transfer money, which ann and dora have to approve. */
async function asked(
  store = memoryStore({ auditSecret }),
): Promise<{ runtime: Runtime; key: ThreadKey; call: string }> {
  const transfer = tool({
    description: 'transfers money',
    input: z.object({ amount: z.number() }),
    effect: 'once',
    policy: ({ amount }) => ({ ask: { reason: `transfer ${amount}`, risk: 'money', approvers: ['ann', 'bob'] } }),
    run: () => 'done',
  });
  const policy = () => ({ ask: { reason: 'large', approvers: ['dora'] } });
  const model = scripted([{ calls: [{ name: 'transfer', input: { amount: 9000 } }] }, 'It is done.']);
  const chat = createChat({ model, tools: { transfer }, policy });
  const runtime = createRuntime({ chat, store, work: false });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'Transfer 9000');
  await runtime.tick({ budget: 0 });
  const { items } = await runtime.inbox({ tenant: 'acme', manage: true });
  return { runtime, key, call: items[0]!.call.id };
}

/** Who has decided what, in which state the call was then. */
async function onRecord(runtime: Runtime): Promise<readonly unknown[]> {
  const { items } = await runtime.audit({ tenant: 'acme' });
  return items.map(({ decided }) => [decided?.by, decided?.decision.type, decided?.from, decided?.to]);
}

test('of many who decide at once the first is on record, who was told `already` is not (S7, D3)', async () => {
  const { runtime, key, call } = await asked();
  const click = (by: string) =>
    runtime.decide(key, { call, decision: { type: 'reject', reason: `${by} says no` }, by });
  const answers = await Promise.all([click('ann'), click('bob'), click('dora')]);
  expect(answers.map(({ type }) => type).toSorted()).toEqual(['already', 'already', 'applied']);
  await runtime.tick({ budget: 0 });
  const { items } = await runtime.audit({ tenant: 'acme' });
  const first = ['ann', 'bob', 'dora'][answers.findIndex(({ type }) => type === 'applied')]!;
  expect(items.map(({ decided }) => decided)).toMatchObject([
    { by: first, decision: { type: 'reject', reason: `${first} says no` }, call, name: 'transfer' },
  ]);
  await runtime.close();
});

test('every decision of several is on record, with what was demanded then (S7, D4)', async () => {
  const { runtime, key, call } = await asked();
  const approve = (by: string) => runtime.decide(key, { call, decision: { type: 'approve' }, by });
  const until = '2100-01-01T00:00:00Z';
  await runtime.decide(key, { call, decision: { type: 'snooze', until }, by: 'bob' });
  const answers = [await approve('carl'), await approve('ann'), await approve('ann'), await approve('dora')];
  expect(answers.map(({ type }) => type)).toEqual(['forbidden', 'applied', 'already', 'applied']);
  while ((await runtime.tick({ budget: 0 })) > 0);
  expect((await runtime.read(key))?.thread.status).toBe('done');
  expect(await onRecord(runtime)).toEqual([
    ['bob', 'snooze', 'awaiting-approval', 'snoozed'],
    ['ann', 'approve', 'snoozed', 'awaiting-approval'],
    ['dora', 'approve', 'awaiting-approval', 'approved'],
  ]);
  const [, { decided } = {}] = (await runtime.audit({ tenant: 'acme' })).items;
  expect(decided?.requirements).toEqual([
    { reason: 'transfer 9000', risk: 'money', approvers: ['ann', 'bob'] },
    { reason: 'large', approvers: ['dora'] },
  ]);
  await runtime.close();
});

test('trails of many threads are verified, and the first broken link is named (S7)', async () => {
  const store = memoryStore({ auditSecret });
  const { runtime, key, call } = await asked(store);
  await runtime.decide(key, { call, decision: { type: 'reject' }, by: 'ann' });
  const check = { tenant: 'acme', secret: auditSecret };
  expect(await runtime.verifyAudit(check)).toEqual({ trails: 1, entries: 1 });
  expect(await runtime.verifyAudit({ ...check, thread: 'another' })).toEqual({ trails: 0, entries: 0 });
  expect(await runtime.verifyAudit({ ...check, tenant: 'rival' })).toEqual({ trails: 0, entries: 0 });
  const broken = { ...key, type: 'changed', place: 1 };
  expect(await runtime.verifyAudit({ ...check, secret: 'another' })).toMatchObject({ trails: 1, broken });
  await expect(runtime.verifyAudit({ tenant: 'acme' })).rejects.toMatchObject({ code: 'invalid-request' });
  expect(await runtime.threads.erase(key)).toBe('erased');
  expect(await runtime.verifyAudit(check)).toEqual({ trails: 1, entries: 1 });
  const paged: Pick<Store, 'trails'> = { trails: (query) => store.trails({ ...query, limit: 1 }) };
  for (const thread of ['t1', 't2', 't3']) {
    await store.create({ tenant: 'acme', thread, chat: 'default' });
    await append(store, [...asking('m1', 'c1'), rejection('c1')], { thread });
  }
  expect(await verifyAudit(paged, check)).toEqual({ trails: 4, entries: 4 });
  await expect(runtime.threads.create(key)).rejects.toThrow('its id is taken');
  await runtime.close();
});
