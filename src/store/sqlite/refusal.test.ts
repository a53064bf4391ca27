import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { append, begin, key, word } from '../../testing/store/case.ts';
import { sqliteStore } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-refusal-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** The connection that a store opens with its first call. */
function opened(): { readonly pages: (count: number) => void } {
  const spy = vi.spyOn(DatabaseSync.prototype, 'exec');
  const pages = (count: number): void => {
    const file = spy.mock.contexts[0] as DatabaseSync;
    file.prepare(`pragma max_page_count = ${count}`).get();
  };
  return { pages };
}

test('on a full disk nothing is half written, and it goes on when there is room (E8)', async () => {
  const { pages } = opened();
  const store = sqliteStore(join(folder, 'full.db'));
  await begin(store);
  await append(store, [word('m1')]);
  // As many as there are already.
  pages(1);
  const long = word('m2', 'x'.repeat(200_000));
  const message = `Writing to ${join(folder, 'full.db')}: the disk is full.`;
  await expect(append(store, [long])).rejects.toMatchObject({ code: 'overloaded', retryable: true, message });
  const before = await store.load(key);
  expect([before?.thread.seq, before?.messages.map(({ id }) => id)]).toEqual([1, ['m1']]);
  pages(1_000_000);
  expect(await append(store, [long])).toEqual({ type: 'appended', seq: 2 });
  await store.close();
});

test('a file that may only be read is read, and says so to who writes', async () => {
  const path = join(folder, 'fixed.db');
  const writer = sqliteStore(path);
  await begin(writer);
  const fixed = `${pathToFileURL(path).href}?mode=ro`;
  const store = sqliteStore(fixed);
  expect((await store.load(key))?.thread.seq).toBe(0);
  const message = `Writing to ${fixed}: it may only be read.`;
  await expect(store.update(key, { title: 'x' })).rejects.toMatchObject({ code: 'invalid-request', message });
  await Promise.all([store.close(), writer.close()]);
});

test('a folder that is not there is named', async () => {
  const store = sqliteStore(join(folder, 'nowhere', 'a.db'));
  await expect(store.now()).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringMatching(/^Opening .*nowhere/),
  });
  await store.close();
});
