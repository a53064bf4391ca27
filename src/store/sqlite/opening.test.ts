import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { append, begin, key, word } from '../../testing/store/case.ts';
import { migrate, migrations, versionOf } from '../sql/migrations.ts';
import { first } from '../sql/transaction.ts';
import { Connection, openFile } from './connection.ts';
import { sqliteDatabase } from './database.ts';
import { sqliteStore } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-opening-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('of processes that open a new file at once one makes the tables, and all can use them', async () => {
  const path = join(folder, 'new.db');
  const entry = new URL('./index.ts', import.meta.url).href;
  const script = `
    import { sqliteStore } from ${JSON.stringify(entry)};
    const store = sqliteStore(${JSON.stringify(path)});
    const isMade = await store.create({ tenant: 'acme', thread: process.argv[1], chat: 'shop' });
    await store.close();
    process.exitCode = isMade ? 0 : 1;`;
  const ends = Array.from({ length: 4 }, (_, index) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, `t${index}`]);
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    return new Promise((resolve) => child.on('close', (code) => resolve(code === 0 ? 'made' : said)));
  });
  expect(await Promise.all(ends)).toEqual(['made', 'made', 'made', 'made']);
  const store = sqliteStore(path);
  const { items } = await store.list({ tenant: 'acme' });
  expect(items.map(({ thread }) => thread).toSorted()).toEqual(['t0', 't1', 't2', 't3']);
  await store.close();
});

test('a file of a newer release is refused, and stays as it is (S8)', async () => {
  const path = join(folder, 'newer.db');
  const store = sqliteStore(path);
  await begin(store);
  await store.close();
  const file = new DatabaseSync(path);
  file.exec('insert into migration (version, at) values (7, 1)');
  const older = sqliteStore(path);
  const message = `Opening the store: its tables have version 7, and this release of yourcall knows versions up to ${migrations.length}: use a newer one.`;
  await expect(older.load(key)).rejects.toMatchObject({ code: 'format', message });
  await expect(older.create({ ...key, chat: 'shop' })).rejects.toMatchObject({ code: 'format' });
  await older.close();
  file.exec('delete from migration where version = 7');
  file.close();
  const again = sqliteStore(path);
  expect((await again.load(key))?.thread.thread).toBe('t1');
  await again.close();
});

test('an older file is brought forward, with what is in it', async () => {
  const path = join(folder, 'older.db');
  const store = sqliteStore(path);
  await begin(store);
  await append(store, [word('m1')]);
  await store.close();
  const database = sqliteDatabase(Date.now);
  const connection = new Connection(openFile(path));
  const colour = sql`alter table thread add column colour text default 'green'`;
  const steps = [...migrations, () => [{ compile: () => colour.compile(database.tables) }]];
  for (let times = 0; times < 2; times += 1) connection.play('begin immediate', migrate(database, steps));
  const version = connection.play('begin', versionOf(database, steps.length));
  const row = sql<{ readonly colour: string }>`select colour from thread`;
  const thread = connection.play('begin', first({ compile: () => row.compile(database.tables) }));
  connection.close();
  expect([version, thread]).toEqual([migrations.length + 1, { colour: 'green' }]);
});

test('a migration that fails leaves the file as it was', async () => {
  const path = join(folder, 'failing.db');
  const store = sqliteStore(path);
  await begin(store);
  await store.close();
  const database = sqliteDatabase(Date.now);
  const connection = new Connection(openFile(path));
  const of = (text: string) => ({ compile: () => sql.raw(text).compile(database.tables) });
  const steps = [...migrations, () => [of('alter table thread add column colour text'), of('drop table nothing')]];
  expect(() => connection.play('begin immediate', migrate(database, steps))).toThrow('nothing');
  expect(() => connection.play('begin', first(of('select colour from thread')))).toThrow('colour');
  expect(connection.play('begin', versionOf(database))).toBe(migrations.length);
  connection.close();
});

test('a thread of a newer format is not claimed, and not loaded (S8)', async () => {
  const path = join(folder, 'format.db');
  const store = sqliteStore(path);
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  const file = new DatabaseSync(path);
  file.exec('update thread set format = 3');
  file.close();
  const claim = { chats: ['shop'], holder: 'h', lease: 1_000 };
  expect([await store.claim(claim), await store.claim({ ...claim, key })]).toEqual([undefined, undefined]);
  await expect(store.load(key)).rejects.toMatchObject({ code: 'format' });
  await store.close();
});

test('a store that was closed says so', async () => {
  const store = sqliteStore(':memory:');
  await store.close();
  await expect(store.load(key)).rejects.toMatchObject({ code: 'invalid-request' });
  const closed = expect.objectContaining({ code: 'invalid-request', message: 'Listening to a store: it was closed.' });
  expect(() => store.subscribe(() => {})).toThrow(closed);
  expect(() => store.onWake(() => {})).toThrow(closed);
  await store.close();
});
