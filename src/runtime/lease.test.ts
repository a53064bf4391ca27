import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import type { ClaimedThread } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { Lease, moment } from './lease.ts';
import { createRuntime } from './runtime.ts';

/** A lease whose store answers checks as it is told to. */
function leaseOn(check: Store['check'], length = 60_000): Lease {
  const store: Store = Object.assign(memoryStore(), { check });
  const claimed = { thread: { tenant: 'acme', thread: 't1' }, fence: { epoch: 1, nonce: 'n' } } as ClaimedThread;
  return new Lease(store, claimed, { lease: length, since: moment() });
}

test('a check that finds the thread in other hands ends the lease (E9)', async () => {
  const lease = leaseOn(async () => ({ type: 'fenced' }));
  await lease.check();
  expect([lease.isOver, lease.signal.reason]).toMatchObject([true, { code: 'fenced' }]);
});

test('a check waits for the store to say something; that it cannot be reached is no yes (E9)', async () => {
  let failures = 2;
  const flaky = leaseOn(async () => {
    failures -= 1;
    if (failures >= 0) throw new Error('away');
    return { type: 'held', seq: 1, committed: 1, stopped: false, now: 0 };
  }, 1_000);
  await flaky.check();
  expect([failures, flaky.isOver]).toEqual([-1, false]);
  flaky.leave();
  const away = leaseOn(async () => {
    throw new Error('away');
  }, 30);
  await away.check();
  expect(away.isOver).toBe(true);
});

test.each([
  ['does more than read starts only after the store has said so once more', 'once', 1, 0],
  ['only reads needs no such word', 'read', 0, 1],
] as const)('a tool that %s (E9)', async (_, effect, asked, ran) => {
  let runs = 0;
  const act = tool({ description: 'acts', input: z.object({}), effect, policy: 'allow', run: () => void (runs += 1) });
  const chat = createChat({ model: scripted([{ calls: [{ name: 'act', input: {} }] }, 'done']), tools: { act } });
  let checks = 0;
  const lost: Store = Object.assign(memoryStore(), {
    check: async () => {
      checks += 1;
      return { type: 'fenced' } as const;
    },
  });
  const runtime = createRuntime({ chat, store: lost, work: false });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'hi');
  await runtime.tick({ budget: 0 });
  expect([checks, runs]).toEqual([asked, ran]);
});

test('a store that says nothing and breaks nothing off is waited for twice the lease, and then what runs is told (E9)', async () => {
  const store: Store = Object.assign(memoryStore(), { renew: () => new Promise<never>(() => {}) });
  const claimed = { thread: { tenant: 'acme', thread: 't1' }, fence: { epoch: 1, nonce: 'n' } } as ClaimedThread;
  const lease = new Lease(store, claimed, { lease: 150, since: moment() });
  const began = performance.now();
  await new Promise((resolve) => lease.signal.addEventListener('abort', resolve));
  expect(performance.now() - began).toBeGreaterThan(250);
  expect([lease.isOver, lease.signal.reason.code]).toEqual([true, 'fenced']);
  const message = "Keeping thread t1: its store has not answered for longer than it was this process's.";
  expect(lease.failure).toMatchObject({ code: 'network', retryable: true, message });
});

test('who stood still for longer than the lease asks once more before it is over (E9)', async () => {
  const renew: Store['renew'] = async () => ({ type: 'held', seq: 1, committed: 1, stopped: false, now: 0 });
  const store: Store = Object.assign(memoryStore(), { renew });
  const claimed = { thread: { tenant: 'acme', thread: 't1' }, fence: { epoch: 1, nonce: 'n' } } as ClaimedThread;
  const lease = new Lease(store, claimed, { lease: 90, since: moment() });
  const end = performance.now() + 150;
  while (performance.now() < end);
  expect(lease.isLapsed).toBe(true);
  await expect.poll(() => lease.isLapsed).toBe(false);
  expect(lease.isOver).toBe(false);
  lease.leave();
});
