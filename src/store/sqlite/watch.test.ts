import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { begin, key } from '../../testing/store/case.ts';
import { sqliteStore } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-watch-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.useRealTimers());

// Other systems may tell of a write much later, or not at all; then the file is looked at anyway.
test.runIf(process.platform === 'linux')('what others store is heard when the file is written to (S6)', async () => {
  const path = join(folder, 'a.db');
  const [writer, reader] = [sqliteStore(path), sqliteStore(path)];
  await begin(writer);
  await reader.now();
  // Nothing is looked at by time.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const heard = Promise.withResolvers<unknown>();
  reader.subscribe((changed, news) => heard.resolve([changed, news]));
  await writer.update(key, { title: 'new' });
  expect(await heard.promise).toEqual([key, 'events']);
  await Promise.all([writer.close(), reader.close()]);
});
