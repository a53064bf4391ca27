import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watch } from './watch.ts';
import type { Watched } from './watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A step that has its time until then, and tells what happens to it. */
function step(name: string, told: unknown[], until = Infinity): Watched {
  return {
    aborted: (reason) => void told.push(`${name}: ${String(reason)}`),
    left: (now) => until - now,
    late: () => void told.push(`${name} is late at ${performance.now() - began}`),
  };
}

let began = 0;
beforeEach(() => void (began = performance.now()));

test('one listener and one timer serve a request from its sending to the end of its answer', async () => {
  const { signal } = new AbortController();
  const listens = vi.spyOn(signal, 'addEventListener');
  const arms = vi.spyOn(globalThis, 'setTimeout');
  const watch = new Watch(signal);
  const told: unknown[] = [];
  watch.begin(step('sending', told));
  watch.by(began + 120_000, began);
  watch.begin(step('reading', told));
  for (const limit of [120_000, 120_000, 500]) watch.by(began + limit, began);
  expect([listens.mock.calls.length, arms.mock.calls.length]).toEqual([1, 1]);
  watch.end();
  expect(vi.getTimerCount()).toBe(0);
});

test('a step is late when its time is over and no sooner, also when less is left than between two looks', async () => {
  const told: unknown[] = [];
  const watch = new Watch(new AbortController().signal);
  watch.begin(step('first', told, began + 1_234));
  watch.by(began + 1_234, began);
  await vi.advanceTimersByTimeAsync(5_000);
  watch.begin(step('second', told, began + 5_030));
  watch.by(began + 6_000, began + 5_000);
  watch.by(began + 5_030, began + 5_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual(['first is late at 1234', 'second is late at 5030']);
});

test('a long answer is looked at every ten seconds, and is still late in time when less is left than that (0072)', async () => {
  const told: unknown[] = [];
  const arms = vi.spyOn(globalThis, 'setTimeout');
  const watch = new Watch(new AbortController().signal);
  watch.begin(step('reading', told));
  watch.by(Infinity, began);
  await vi.advanceTimersByTimeAsync(31_000);
  expect(arms).toHaveBeenCalledTimes(5);
  watch.begin(step('ending', told, began + 31_500));
  watch.by(began + 31_500, began + 31_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual(['ending is late at 31500']);
  watch.end();
});

test('an abort is told to the step that is under way, and to none when the request is over', () => {
  const told: unknown[] = [];
  const controllers = [new AbortController(), new AbortController()];
  const watches = controllers.map(({ signal }) => new Watch(signal));
  for (const watch of watches) {
    watch.begin(step('sending', told));
    watch.begin(step('reading', told));
  }
  watches[1]!.end();
  for (const controller of controllers) controller.abort('enough');
  expect(told).toEqual(['reading: enough']);
});
