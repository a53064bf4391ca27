import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { auditCases } from '../../testing/store/audit-cases.ts';
import { append, begin, key } from '../../testing/store/case.ts';
import { storeCases } from '../../testing/store/cases.ts';
import { handingOut } from '../../testing/store/family-cases.ts';
import { wakerCases } from '../../testing/store/waker-cases.ts';
import { testClock } from '../../testing/test-clock.ts';
import { memoryStore } from './index.ts';

describe('a store in memory', () => {
  const clock = testClock();
  const options = { open: () => memoryStore({ now: clock.now }), wait: clock.advance };
  for (const { name, run } of storeCases(options)) test(name, run);
});

describe('a store in memory with a secret', () => {
  const clock = testClock();
  const options = {
    open: () => memoryStore({ now: clock.now, auditSecret: 's' }),
    auditSecret: 's',
    wait: clock.advance,
  };
  const names = new Set(auditCases.map(({ name }) => name));
  for (const { name, run } of storeCases(options)) if (names.has(name)) test(name, run);
});

describe('the wakes of a store in memory', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const wait = async (milliseconds: number) => void (await vi.advanceTimersByTimeAsync(milliseconds));
  for (const { name, run } of wakerCases({ open: () => memoryStore({ now: () => Date.now() }), wait })) test(name, run);
});

test('whoever hears of a call that was handed out finds its thread (C3)', async () => {
  const store = memoryStore();
  await begin(store);
  const found: unknown[] = [];
  store.subscribe(() => found.push(store.load({ ...key, thread: 'child' })));
  await append(store, handingOut('m1', 'c1', 'child'));
  expect(found.length).toBeGreaterThan(0);
  expect(await Promise.all(found)).not.toContain(undefined);
});
