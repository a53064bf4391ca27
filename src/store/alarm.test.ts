import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Alarm } from './alarm.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An alarm, and what it has told. */
function listening(): { readonly alarm: Alarm; readonly told: string[]; readonly leave: () => void } {
  const alarm = new Alarm();
  const told: string[] = [];
  return { alarm, told, leave: alarm.onWake(({ thread }) => told.push(thread)) };
}

const wake = (thread: string, notBefore: number, now = 1_000) => ({ tenant: 'acme', thread, notBefore, now });

test('a wake comes at its time by the clock of the store, and not before', () => {
  const { alarm, told } = listening();
  alarm.wake(wake('t1', 1_500));
  vi.advanceTimersByTime(500);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['t1']);
  alarm.wake(wake('t2', 1_000));
  alarm.wake(wake('t3', 10));
  expect(told).toEqual(['t1', 't2', 't3']);
});

test('one timer serves all wakes, in the order of their times (S2)', () => {
  const { alarm, told } = listening();
  for (const [thread, at] of [
    ['late', 9_000],
    ['first', 2_000],
    ['second', 3_000],
    ['with it', 3_000],
  ] as const) {
    alarm.wake(wake(thread, at));
    expect(vi.getTimerCount()).toBe(1);
  }
  vi.advanceTimersByTime(1_001);
  expect(told).toEqual(['first']);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(['first', 'second', 'with it']);
  vi.advanceTimersByTime(6_000);
  expect([told.at(-1), vi.getTimerCount()]).toEqual(['late', 0]);
});

test('two wakes of one thread both come, and one that is heard twice comes once (S3)', () => {
  const { alarm, told } = listening();
  alarm.wake(wake('t1', 5_000));
  alarm.wake(wake('t1', 5_000, 1_010));
  alarm.wake(wake('t1', 1_000));
  alarm.wake(wake('t1', 3_000));
  expect(told).toEqual(['t1']);
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(['t1', 't1', 't1']);
});

test('a wake is waited for over months', () => {
  const { alarm, told } = listening();
  const quarter = 90 * 86_400_000;
  alarm.wake(wake('t1', 1_000 + quarter));
  vi.advanceTimersByTime(quarter);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['t1']);
});

test('of more wakes than it keeps it forgets the latest', () => {
  const { alarm, told } = listening();
  for (let index = 0; index < 10_000; index += 1) alarm.wake(wake(`t${index}`, 2_000 + index));
  alarm.wake(wake('earlier', 1_500));
  vi.advanceTimersByTime(20_000);
  expect([told.length, told[0], told.includes('t9998'), told.includes('t9999')]).toEqual([
    10_000,
    'earlier',
    true,
    false,
  ]);
});

test('where nobody listens nothing is kept', () => {
  const { alarm, told, leave } = listening();
  alarm.wake(wake('t1', 1_500));
  leave();
  expect(vi.getTimerCount()).toBe(0);
  alarm.wake(wake('t2', 1_500));
  alarm.onWake(({ thread }) => told.push(thread));
  vi.advanceTimersByTime(1_000);
  alarm.wake(wake('t3', 5_000));
  alarm.close();
  vi.advanceTimersByTime(9_000);
  expect([told, vi.getTimerCount()]).toEqual([[], 0]);
});
