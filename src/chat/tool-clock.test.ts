import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Execution } from './execution.ts';
import { ToolClock } from './tool-clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A running tool that ends when it is given up, and writes down what it is told. */
function running(clock: ToolClock, name: string, milliseconds: number, told: string[]): Execution {
  const execution = {
    endsAt: performance.now() + milliseconds,
    cut: (why: string) => told.push(`${name} cut: ${why}`),
    giveUp: () => {
      told.push(`${name} given up`);
      clock.forget(execution as unknown as Execution);
    },
  };
  clock.watch(execution as unknown as Execution);
  return execution as unknown as Execution;
}

test('each tool is cut at its own time, the nearest first, with one timer for all', async () => {
  const clock = new ToolClock();
  const told: string[] = [];
  running(clock, 'slow', 300, told);
  running(clock, 'quick', 100, told);
  running(clock, 'between', 200, told);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(98);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(2);
  expect(told).toEqual(['quick cut: timeout', 'quick given up']);
  await vi.advanceTimersByTimeAsync(200);
  expect(told.slice(2)).toEqual(['between cut: timeout', 'between given up', 'slow cut: timeout', 'slow given up']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a tool that has ended is not cut, and one that begins afterwards has its own time', async () => {
  const clock = new ToolClock();
  const told: string[] = [];
  clock.forget(running(clock, 'first', 100, told));
  expect(vi.getTimerCount()).toBe(0);
  running(clock, 'second', 200, told);
  await vi.advanceTimersByTimeAsync(150);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);
  expect(told).toEqual(['second cut: timeout', 'second given up']);
});

test('E4: a stop tells all at once, and gives up after the grace time whoever has not answered', async () => {
  const clock = new ToolClock();
  const told: string[] = [];
  const polite = running(clock, 'polite', 100_000, told);
  running(clock, 'stubborn', 100_000, told);
  clock.stop(new Error('enough'));
  expect(told).toEqual(['polite cut: stopped', 'stubborn cut: stopped']);
  clock.forget(polite);
  await vi.advanceTimersByTimeAsync(4_990);
  expect(told).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10);
  expect(told.slice(2)).toEqual(['stubborn cut: timeout', 'stubborn given up']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a stop while nothing runs leaves no timer', () => {
  const clock = new ToolClock();
  clock.stop(new Error('enough'));
  expect(vi.getTimerCount()).toBe(0);
});
