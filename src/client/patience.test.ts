import { describe, expect, test, vi } from 'vitest';
import { ChatError } from '../conversation/error.ts';
import { createClient } from './client.ts';
import { delayAfter, pause, persistently } from './patience.ts';

const busy = new ChatError('overloaded', 'busy', { retryable: true });

describe('the next attempt', () => {
  test('comes later each time, up to half a minute, and never sooner than the server says', () => {
    const failures = [1, 2, 3, 4, 5, 6, 7, 8, 50];
    expect(failures.map((count) => delayAfter(count, busy, () => 0))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
    expect(failures.map((count) => delayAfter(count, undefined, () => 1)).at(-1)).toBe(30_000);
    const told = new ChatError('rate-limit', 'later', { retryable: true, retryAfter: 60_000 });
    expect([delayAfter(1, told), delayAfter(50, told, () => 1)]).toEqual([60_000, 60_000]);
  });
});

test('a server that says to come back in years is not asked all the time', async () => {
  let asked = 0;
  const fetch = async (): Promise<Response> => {
    asked += 1;
    return new Response(null, { status: 429, headers: { 'retry-after': '99999999' } });
  };
  const client = createClient({ url: 'http://localhost', fetch, timeout: Infinity, silence: Infinity });
  const thread = client.thread('t');
  const statuses: string[] = [];
  const leave = thread.subscribe(() => statuses.push(thread.getSnapshot().status));
  await vi.waitFor(() => expect(statuses).toContain('offline'));
  // As long as a timer takes that goes off at once, many times over.
  await new Promise((resolve) => setTimeout(resolve, 100));
  leave();
  thread.close();
  expect([asked, statuses.filter((status) => status === 'offline').length]).toEqual([1, 1]);
});

describe('what may help later', () => {
  const never = new AbortController().signal;
  const clock = { now: () => 0, after: (_: number, run: () => void) => (queueMicrotask(run), () => {}) };
  const tried = async (errors: readonly unknown[], attempts?: number) => {
    const left = [...errors];
    let times = 0;
    const attempt = async (): Promise<string> => {
      times += 1;
      if (left.length > 0) throw left.shift();
      return 'done';
    };
    const patience = { clock, ...(attempts !== undefined && { attempts }) };
    const came = await persistently(attempt, never, patience).catch((error: unknown) => error);
    return [came, times];
  };

  test('is tried again, so and so often', async () => {
    expect(await tried([busy, busy])).toEqual(['done', 3]);
    expect(await tried(Array.from({ length: 9 }, () => busy))).toEqual([busy, 6]);
    expect(await tried([busy, busy], 2)).toEqual([busy, 2]);
  });

  test('is not tried again where that is of no use', async () => {
    const wrong = new ChatError('invalid-request', 'no');
    const bug = new TypeError('a bug');
    expect(await tried([wrong])).toEqual([wrong, 1]);
    expect(await tried([bug])).toEqual([bug, 1]);
  });

  test('ends with the signal, also between two attempts', async () => {
    const ending = new AbortController();
    const still = { now: () => 0, after: () => () => {} };
    const trying = persistently(() => Promise.reject(busy), ending.signal, { clock: still });
    await Promise.resolve();
    ending.abort('enough');
    await expect(trying).rejects.toBe('enough');
    await pause(1_000, ending.signal, still);
  });
});
