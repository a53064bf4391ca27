import fs, { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { begin, key } from '../../testing/store/case.ts';
import { sqliteStore } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-watch-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.useRealTimers());

/** Changes the thread at its own pace, as another process does: the file is written to before the change is there. */
const elsewhere = `
  const { DatabaseSync } = require('node:sqlite');
  const file = new DatabaseSync(require('node:worker_threads').workerData);
  file.exec("pragma synchronous = full; begin immediate; update thread set title = 'new', changed = changed + 1");
  file.exec('commit');`;

// Other systems may tell of a write much later, or not at all; then the file is looked at anyway.
test.runIf(process.platform === 'linux')('what others store is heard when the file is written to (S6)', async () => {
  const path = join(folder, 'a.db');
  const store = sqliteStore(path);
  await begin(store);
  // Nothing is looked at by the clock.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const heard = Promise.withResolvers<unknown>();
  store.subscribe((changed, news) => heard.resolve([changed, news]));
  const worker = new Worker(elsewhere, { eval: true, workerData: path });
  expect(await heard.promise).toEqual([key, 'events']);
  await worker.terminate();
  await store.close();
});

test('whoever comes and goes on one store hears by one ear, and of nothing that was changed meanwhile (S6)', async () => {
  const spy = vi.spyOn(fs, 'watch');
  syncBuiltinESMExports();
  const path = join(folder, 'b.db');
  const store = sqliteStore(path);
  await begin(store);
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearTimeout', 'clearInterval'] });
  const heard: string[] = [];
  const changeElsewhere = async (thread: string): Promise<void> => {
    const other = sqliteStore(path);
    await other.create({ ...key, thread, chat: 'shop' });
    await other.close();
  };
  const ended = store.subscribe(({ thread }) => heard.push(`first ${thread}`));
  ended();
  await changeElsewhere('t2');
  store.subscribe(({ thread }) => heard.push(`second ${thread}`))();
  const end = store.subscribe(({ thread }) => heard.push(`third ${thread}`));
  await changeElsewhere('t3');
  vi.advanceTimersByTime(25);
  expect([heard, spy.mock.calls.length]).toEqual([['third t3'], 1]);
  end();
  // Nobody has wanted to know for a second: the machine is asked anew.
  vi.advanceTimersByTime(1_000);
  store.subscribe(() => {})();
  expect(spy.mock.calls.length).toBe(2);
  await store.close();
  spy.mockRestore();
  syncBuiltinESMExports();
});
