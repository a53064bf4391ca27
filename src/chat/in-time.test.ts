import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inTime } from './in-time.ts';
import { sleep } from './sleep.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A signal that counts who listens to it. */
function counted(): { stop: AbortController; listeners: () => number } {
  const stop = new AbortController();
  const { signal } = stop;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...given: Parameters<typeof add>) => ((count += 1), add(...given)),
    removeEventListener: (...given: Parameters<typeof remove>) => ((count -= 1), remove(...given)),
  });
  return { stop, listeners: () => count };
}

test('a sleep ends after its time, or with the reason of its signal, and nothing listens then', async () => {
  const { stop, listeners } = counted();
  let isOver = false;
  const slept = sleep(100, stop.signal).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(99);
  expect([isOver, listeners()]).toEqual([false, 1]);
  await vi.advanceTimersByTimeAsync(1);
  await slept;
  expect([isOver, listeners(), vi.getTimerCount()]).toEqual([true, 0, 0]);
  const stopped = sleep(100, stop.signal);
  stop.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
  expect([listeners(), vi.getTimerCount()]).toEqual([0, 0]);
  await expect(sleep(100, stop.signal)).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});

test('work that takes longer than ten seconds is late, and what comes in time leaves no timer', async () => {
  const { signal } = new AbortController();
  expect(await inTime(Promise.resolve(5), 'It', signal)).toBe(5);
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  await expect(inTime(Promise.reject(new Error('broken')), 'It', signal)).rejects.toThrow('broken');
  const late = inTime(new Promise(() => {}), 'The check', signal);
  const failed = expect(late).rejects.toThrow('The check took more than 10 seconds.');
  await vi.advanceTimersByTimeAsync(10_000);
  await failed;
});
