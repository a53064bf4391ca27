import { expect, test } from 'vitest';
import { Pool } from 'pg';
import { usePostgres } from '../../../test/postgres/use.ts';
import { append, begin, key, word } from '../../testing/store/case.ts';
import type { Store } from '../store.ts';
import { postgresStore } from './index.ts';
import type { PostgresStoreOptions } from './index.ts';

const server = usePostgres();

/** A store whose user has a setting. */
function withSetting(setting: string, options: PostgresStoreOptions): Store {
  const connectionString = `${server.connectionString}?options=${encodeURIComponent(`-c ${setting}`)}`;
  return postgresStore({ connectionString }, options);
}

async function made(schema: string): Promise<void> {
  const store = postgresStore({ connectionString: server.connectionString }, { schema });
  await begin(store);
  await store.close();
}

test('bytes are read whichever way the database writes them (S9)', async () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => (index * 7) % 256);
  const blobs = [{ digest: 'd1', bytes }];
  for (const output of ['hex', 'escape']) {
    const store = withSetting(`bytea_output=${output}`, { schema: `bytes_${output}` });
    await begin(store);
    await append(store, [word('m1')], { blobs });
    expect(new Uint8Array((await store.blob(key, 'd1'))!)).toEqual(bytes);
    await store.close();
  }
});

test('what the time for a statement is too short for is tried again, and is an error that may pass (L6, E8)', async () => {
  await made('too_slow');
  const store = withSetting('statement_timeout=1', { schema: 'too_slow', patience: 200 });
  await endsUpdates('too_slow', 'perform pg_sleep(0.05)');
  // A Postgres that is busy may name the wrong cause: a cancel of the user.
  const message = expect.stringMatching(
    /^Using Postgres: it took longer than the settings of this user allow: canceling statement due to .+\.$/,
  );
  await expect(append(store, [word('m1')])).rejects.toMatchObject({ code: 'overloaded', retryable: true, message });
  await store.close();
});

test.each(['25P03', '25P04', '57014'])(
  'what Postgres ends because it took too long (%s) is tried until it is there (E8)',
  async (code) => {
    const schema = `ended_${code.toLowerCase()}`;
    await made(schema);
    const store = postgresStore({ connectionString: server.connectionString }, { schema });
    await endsUpdates(schema, `raise exception 'too long' using errcode = '${code}'`);
    const appended = append(store, [word('m1')]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.pool.query(`drop trigger ended on ${schema}.thread`);
    expect(await appended).toEqual({ type: 'appended', seq: 1 });
    await store.close();
  },
);

/** Has something done instead of a thread being written. */
async function endsUpdates(schema: string, what: string): Promise<void> {
  await server.pool.query(`create function ${schema}.ended() returns trigger language plpgsql as $$ begin
    ${what}; return new; end $$`);
  await server.pool.query(`create trigger ended before update on ${schema}.thread execute function ${schema}.ended()`);
}

test('a database that lacks characters is refused before anything is lost (E6)', async () => {
  await server.pool.query(`create database western encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'`);
  const connectionString = server.connectionString.replace(/postgres$/, 'western');
  const store = postgresStore({ connectionString });
  const message =
    'Opening the store: its database has the encoding LATIN1, which lacks many characters; make one with UTF8.';
  await expect(store.create({ ...key, chat: 'shop' })).rejects.toMatchObject({ code: 'unsupported', message });
  await store.close();
  const pool = new Pool({ connectionString });
  expect((await pool.query(`select 1 from pg_namespace where nspname = 'yourcall'`)).rowCount).toBe(0);
  await pool.end();
});

test('tables that somebody has dropped are named', async () => {
  const store = postgresStore({ connectionString: server.connectionString }, { schema: 'dropped' });
  await begin(store);
  await server.pool.query('drop schema dropped cascade');
  const message =
    'Using Postgres: the tables are not there as this release made them: relation "dropped.thread" does not exist.';
  await expect(store.load(key)).rejects.toMatchObject({ code: 'format', message });
  await store.close();
});

test('an id that is longer than an index takes is refused', async () => {
  const store = postgresStore({ connectionString: server.connectionString }, { schema: 'long_ids' });
  // It may not be made smaller.
  const thread = Array.from({ length: 400 }, () => crypto.randomUUID()).join('');
  const made = store.create({ tenant: 'acme', thread, chat: 'shop' });
  await expect(made).rejects.toMatchObject({ code: 'invalid-request', retryable: false });
  await store.close();
});

test('an id that no Postgres can hold is that of no thread, and keeps no other log from being read (E6)', async () => {
  const store = postgresStore({ connectionString: server.connectionString }, { schema: 'odd_ids' });
  await begin(store);
  await append(store, [word('m1')]);
  const places = ['a\0b', key.thread, 'a\ud800'].map((thread) => ({ tenant: 'acme', thread, after: 0 }));
  const pages = await store.read(places, 10);
  expect(pages.map((page) => page?.seq)).toEqual([undefined, 1, undefined]);
  await store.close();
});

test('changes are noticed by looking also where the clock of the database was set back (S3)', async () => {
  const connectionString = server.connectionString;
  // Its only connection cannot listen.
  const pool = new Pool({ connectionString, max: 1 });
  const looks = postgresStore({ pool }, { schema: 'set_back' });
  await begin(looks);
  const heard: string[] = [];
  looks.subscribe(({ thread }) => heard.push(thread));
  const says = postgresStore({ connectionString }, { schema: 'set_back' });
  await says.create({ ...key, thread: 't2', chat: 'shop' });
  await expect.poll(() => heard).toContain('t2');
  // As if it had changed when the clock was an hour ahead.
  await server.pool.query(`update set_back.thread set changed = changed + 3600000000 where id = 't2'`);
  const seen = heard.length;
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await says.create({ ...key, thread: 't3', chat: 'shop' });
  await expect.poll(() => heard.slice(seen)).toContain('t3');
  await Promise.all([looks.close(), says.close()]);
  await pool.end();
}, 20_000);
