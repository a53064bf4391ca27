import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProxy } from '../../../test/postgres/proxy.ts';
import type { PostgresProxy } from '../../../test/postgres/proxy.ts';
import { usePostgres } from '../../../test/postgres/use.ts';
import { append, begin, key, word } from '../../testing/store/case.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import { channelOf, postgresDatabase } from './database.ts';
import { postgresStore } from './index.ts';
import { openPool } from './pool.ts';
import type { OpenPool, PostgresClient } from './pool.ts';
import { PostgresRunner } from './runner.ts';
import type { Patience } from './silence.ts';

const server = usePostgres();
const schema = 'silent';
let proxy: PostgresProxy;
const stores: Store[] = [];
beforeEach(async () => {
  proxy = await startProxy(server.connectionString);
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await server.pool.query(`drop schema if exists ${schema} cascade`);
  await proxy.stop();
});

/** A store whose connections may fall silent. */
function behindProxy(silence: Patience): Store {
  const database = postgresDatabase(schema);
  const open = () => openPool(proxy.connectionString);
  const runner = new PostgresRunner({ open, database, channel: channelOf(schema), patience: 100, silence });
  const store = new SqlStore(database, runner);
  stores.push(store);
  return store;
}

function beside(): Store {
  const store = postgresStore({ connectionString: server.connectionString }, { schema });
  stores.push(store);
  return store;
}

test('connections that fall silent are given up and replaced: who writes, reads and looks goes on (E9)', async () => {
  const store = behindProxy({ answer: 300, hearing: 60_000 });
  await begin(store);
  // Several connections lie in the pool.
  await Promise.all([store.load(key), store.load(key), store.now()]);
  proxy.silence();
  const asked = [append(store, [word('m1')]), store.load(key), store.now(), store.read([{ ...key, after: 0 }], 10)];
  expect((await Promise.all(asked))[0]).toEqual({ type: 'appended', seq: 1 });
  expect((await store.load(key))?.messages.map(({ id }) => id)).toEqual(['m1']);
});

test('an append whose answer never came is there once (E8, E9)', async () => {
  const store = behindProxy({ answer: 300, hearing: 60_000 });
  await begin(store);
  await server.pool.query(`create function ${schema}.wait() returns trigger language plpgsql as $$ begin
    perform pg_sleep(0.15); return new; end $$`);
  await server.pool.query(
    `create trigger wait_now before update on ${schema}.thread execute function ${schema}.wait()`,
  );
  const appended = append(store, [word('m1')]);
  setTimeout(() => proxy.silence(), 100);
  expect(await appended).toEqual({ type: 'appended', seq: 1 });
  expect((await store.load(key))?.messages.map(({ id }) => id)).toEqual(['m1']);
});

test('a database that is silent on every connection is tried once more, and is an error that may pass (E9)', async () => {
  const released: unknown[] = [];
  const client: PostgresClient = {
    query: () => new Promise(() => {}),
    on: () => {},
    removeListener: () => {},
    release: (broken) => released.push(broken),
  };
  const pool = { connect: async () => client, on: () => {} };
  const open = async (): Promise<OpenPool> => ({ pool, close: async () => {} });
  const silence = { answer: 50, hearing: 60_000 };
  const runner = new PostgresRunner({
    open,
    database: postgresDatabase('mute'),
    channel: 'mute',
    patience: 0,
    silence,
  });
  const store = new SqlStore(postgresDatabase('mute'), runner);
  const refused = { code: 'network', retryable: true, message: 'Reaching Postgres: it has not answered for 50 ms.' };
  await expect(store.load(key)).rejects.toMatchObject(refused);
  expect(released).toEqual([true, true]);
  await store.close();
});

test('who listens finds out that nothing is heard any more, and listens anew (S3)', async () => {
  const store = behindProxy({ answer: 5_000, hearing: 100 });
  await begin(store);
  const heard: string[] = [];
  store.subscribe(({ thread }) => heard.push(thread));
  await expect.poll(() => proxy.tests).toBeGreaterThan(1);
  const listening = async (): Promise<number> => {
    const { rows } = await server.pool.query(`select count(*)::int as count from pg_stat_activity
      where query like 'listen "yourcall_silent"%' or query like 'unlisten "yourcall_silent"%'`);
    return rows[0].count as number;
  };
  expect(await listening()).toBe(1);
  const { tests } = proxy;
  proxy.silence();
  // A test that comes through is one on a connection that was opened since.
  await expect.poll(() => proxy.tests, { timeout: 10_000 }).toBeGreaterThan(tests);
  const other = beside();
  await other.create({ ...key, thread: 't2', chat: 'shop' });
  await expect.poll(() => heard.includes('t2')).toBe(true);
});
