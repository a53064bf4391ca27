import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { append, begin, key, word } from '../../testing/store/case.ts';
import { sqliteStore } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yourcall-busy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The longest time, in milliseconds, in which no timer came. */
function stalls(): { readonly longest: () => number; readonly end: () => void } {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 2);
  return { longest: () => longest, end: () => clearInterval(timer) };
}

// What else the machine does can hold up a timer too, but hardly three times.
test(
  'while another process writes for 1.5 seconds, ours goes on, reads, and then writes in order (S6)',
  { retry: 2 },
  async () => {
    const path = join(folder, 'chats.db');
    const store = sqliteStore(path);
    await begin(store);
    const other = new DatabaseSync(path);
    other.exec("begin immediate; update thread set title = '1'");
    const watch = stalls();
    const began = performance.now();
    const done: string[] = [];
    const creates = ['t2', 't3', 't4', 't5'].map(async (thread) => {
      await store.create({ tenant: key.tenant, thread, chat: 'shop' });
      done.push(thread);
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const reading = performance.now();
    expect((await store.load(key))?.thread.title).toBeUndefined();
    const read = performance.now() - reading;
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(done).toEqual([]);
    other.exec('rollback');
    await Promise.all(creates);
    watch.end();
    other.close();
    await store.close();
    expect(done).toEqual(['t2', 't3', 't4', 't5']);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(watch.longest()).toBeLessThan(60);
    expect(read).toBeLessThan(60);
  },
);

test('a lock that stays is an error that may pass (S6)', async () => {
  const path = join(folder, 'chats.db');
  const store = sqliteStore(path, { patience: 100 });
  await begin(store);
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  await expect(append(store, [word('m1')])).rejects.toMatchObject({ code: 'busy', retryable: true });
  other.exec('rollback');
  other.close();
  expect(await append(store, [word('m2')])).toEqual({ type: 'appended', seq: 1 });
  await store.close();
});
