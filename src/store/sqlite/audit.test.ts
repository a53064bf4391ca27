import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { auditSecret, check, forged, fourDecisions } from '../../../test/audit/four-decisions.ts';
import { tamperings } from '../../../test/audit/tampering.ts';
import { append, asking, begin, key, rejection } from '../../testing/store/case.ts';
import { textOf } from '../audit/chain.ts';
import type { Store } from '../store.ts';
import { sqliteStore } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

interface File {
  readonly path: string;
  readonly store: Store;
}

async function recorded(): Promise<File> {
  files += 1;
  const path = join(folder, `${files}.db`);
  const store = sqliteStore(path, { auditSecret });
  await fourDecisions(store);
  return { path, store };
}

/** As anybody can who can write to the file. */
function meddle(path: string, work: (file: DatabaseSync) => void): void {
  const file = new DatabaseSync(path);
  work(file);
  file.close();
}

describe('a file that somebody has changed (S7)', () => {
  test('is found whole when nobody has', async () => {
    const { store } = await recorded();
    expect(await check(store)).toEqual({ trails: 1, entries: 4 });
    await store.close();
  });

  test.each(tamperings)('$what', async ({ statements, found }) => {
    const { path, store } = await recorded();
    meddle(path, (file) => {
      for (const statement of statements((name) => name))
        expect(file.prepare(statement).run().changes).toBeGreaterThan(0);
    });
    expect((await check(store)).broken).toMatchObject({ ...key, ...found });
    await store.close();
  });

  test('the trail is written anew without the secret', async () => {
    const { path, store } = await recorded();
    const { entries, end } = await forged(store);
    meddle(path, (file) => {
      const row = file.prepare(
        'update decision set at = ?, json = ?, salt = ?, who = ?, digest = ?, link = ? where place = ?',
      );
      for (const { at, decided, salt, who, digest, link, place } of entries) {
        row.run(at, textOf(decided!), salt!, who, digest, link, place);
      }
      file.prepare('update trail set at = ?, link = ?, seal = ?, salt = ?').run(end.at, end.link, end.seal, end.salt!);
    });
    expect((await check(store)).broken).toMatchObject({ ...key, type: 'changed', place: 1 });
    // It was well made: only the secret was not the right one.
    expect(await check(store, 'a guess')).toEqual({ trails: 1, entries: 4 });
    await store.close();
  });
});

test('of an erased thread nothing is left in the file but links that fit (S7)', async () => {
  const path = join(folder, 'erased.db');
  const store = sqliteStore(path, { auditSecret });
  await begin(store);
  await append(store, asking('m1', 'call-of-carla'));
  await append(store, [rejection('call-of-carla', { reason: 'carla is ill', by: 'carla' })]);
  const [entry] = (await store.audit(key)).items;
  const traces = ['carla', 'money', 'amount', entry!.salt!];
  const bytes = (): string => readFileSync(path, 'latin1');
  meddle(path, (file) => file.exec('pragma wal_checkpoint(truncate)'));
  expect(traces.filter((text) => bytes().includes(text))).toEqual(traces);
  expect(await store.erase(key)).toBe('erased');
  expect(await check(store)).toEqual({ trails: 1, entries: 1 });
  await store.close();
  meddle(path, (file) => file.exec('vacuum; pragma wal_checkpoint(truncate)'));
  expect(traces.filter((text) => bytes().includes(text))).toEqual([]);
  expect(bytes()).toContain(entry!.link);
});
