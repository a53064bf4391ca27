import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { append, begin, key, word } from '../../testing/store/case.ts';
import type { Store } from '../store.ts';
import { sqliteStore } from './index.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yourcall-moved-'));
  path = join(folder, 'threads.db');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const refused = () => ({
  code: 'invalid-request',
  message: `Using ${path}: the file was moved, deleted or replaced since it was opened; end this process and start it anew.`,
});

/** A file with a copy of itself as it was before the last word. */
async function written(): Promise<Store> {
  const store = sqliteStore(path);
  await begin(store);
  await append(store, [word('m1')]);
  await store.close();
  copyFileSync(path, join(folder, 'copy.db'));
  const again = sqliteStore(path);
  await append(again, [word('m2')]);
  return again;
}

test.each([
  ['moved', () => renameSync(path, join(folder, 'old.db'))],
  ['deleted', () => rmSync(path)],
  ['replaced', () => renameSync(join(folder, 'copy.db'), path)],
])('a file that was %s is neither read nor written any more, and it is said why (E8)', async (_, happens) => {
  const store = await written();
  happens();
  await expect(append(store, [word('m3')])).rejects.toMatchObject(refused());
  await expect(store.load(key)).rejects.toMatchObject(refused());
  await expect(store.claim({ chats: ['shop'], holder: 'h', lease: 1_000 })).rejects.toMatchObject(refused());
  await store.close();
});

test('what waits for no disk notices within a tenth of a second that the file was moved, what does at once (E8)', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const store = await written();
  renameSync(path, join(folder, 'old.db'));
  // Nothing more is asked of the disk than has to be.
  vi.advanceTimersByTime(99);
  expect((await store.load(key))?.thread.seq).toBe(2);
  vi.advanceTimersByTime(1);
  await expect(store.load(key)).rejects.toMatchObject(refused());
  renameSync(join(folder, 'old.db'), path);
  expect((await store.load(key))?.thread.seq).toBe(2);
  renameSync(path, join(folder, 'old.db'));
  await expect(append(store, [word('m3')])).rejects.toMatchObject(refused());
  await expect(store.load(key)).rejects.toMatchObject(refused());
  await store.close();
});

test('who had the file before leaves the one in its place as it is, the log of it included (E8)', async () => {
  const before = await written();
  for (const end of ['', '-wal', '-shm']) renameSync(`${path}${end}`, join(folder, `old.db${end}`));
  const after = sqliteStore(path);
  await begin(after);
  await append(after, [word('m9')]);
  await expect(append(before, [word('m3')])).rejects.toMatchObject(refused());
  await before.close();
  expect(existsSync(`${path}-wal`)).toBe(true);
  await append(after, [word('m10')]);
  await after.close();
  const [old, young] = [sqliteStore(join(folder, 'old.db')), sqliteStore(path)];
  expect((await old.load(key))?.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
  expect((await young.load(key))?.messages.map(({ id }) => id)).toEqual(['m9', 'm10']);
  await Promise.all([old.close(), young.close()]);
});

test('what stands in no file is always in its place', async () => {
  const store = sqliteStore(':memory:');
  await begin(store);
  expect(await append(store, [word('m1')])).toEqual({ type: 'appended', seq: 1 });
  await store.close();
});

test('a file of something else, or a damaged one, is named and stays as it is', async () => {
  const message = `Using ${path}: it is no database of SQLite, or damaged.`;
  writeFileSync(path, '# Not a database\n'.repeat(500));
  const other = sqliteStore(path);
  await expect(begin(other)).rejects.toMatchObject({ code: 'format', message });
  await other.close();
  rmSync(path);
  const store = sqliteStore(path);
  for (let count = 0; count < 40; count += 1) await store.create({ ...key, thread: `t${count}`, chat: 'shop' });
  await store.close();
  writeFileSync(path, Buffer.alloc(60_000, 7), { flag: 'r+' });
  const damaged = sqliteStore(path);
  await expect(damaged.list({ tenant: 'acme' })).rejects.toMatchObject({ code: 'format', message });
  await damaged.close();
});
