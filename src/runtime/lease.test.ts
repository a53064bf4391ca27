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
    return { type: 'renewed', seq: 1, stopped: false };
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

test('a tool that does more than read starts only after the store has said so once more (E9)', async () => {
  const ran: string[] = [];
  const pay = tool({
    description: 'pays',
    input: z.object({}),
    effect: 'once',
    policy: 'allow',
    run: () => void ran.push('pay'),
  });
  const chat = createChat({ model: scripted([{ calls: [{ name: 'pay', input: {} }] }, 'done']), tools: { pay } });
  let checks = 0;
  const lost: Store = Object.assign(memoryStore(), {
    ...bound(memoryStore()),
    check: async () => {
      checks += 1;
      return { type: 'fenced' } as const;
    },
  });
  const runtime = createRuntime({ chat, store: lost, work: false });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'hi');
  await runtime.tick({ budget: 0 });
  expect([checks, ran]).toEqual([1, []]);
});

/** The methods of a store, for another object to have. */
function bound(store: Store): Partial<Store> {
  const names: readonly (keyof Store)[] = ['create', 'load', 'append', 'appendDeltas', 'claim', 'renew', 'read', 'now'];
  return Object.fromEntries(names.map((name) => [name, (store[name] as () => unknown).bind(store)]));
}
