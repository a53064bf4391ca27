import { getEventListeners } from 'node:events';
import { Pool } from 'pg';
import { expect, test, vi } from 'vitest';
import { usePostgres } from '../../../test/postgres/use.ts';
import { begin, key } from '../../testing/store/case.ts';
import { hear } from './hear.ts';
import { postgresStore } from './index.ts';
import type { PostgresClient, PostgresPool } from './pool.ts';

const server = usePostgres();

test('nobody keeps a connection who stopped listening before it was there', async () => {
  const pool = new Pool({ connectionString: server.connectionString });
  const [asked, left, heard] = [1, 2, 3].map(() => Promise.withResolvers<void>());
  let isListening = false;
  let taken = 0;
  // Whoever wants to listen is given a connection when nobody does any more, and hears what it says itself before it waits for that.
  const slow: PostgresPool = {
    on: pool.on.bind(pool) as PostgresPool['on'],
    connect: async () => {
      const client: PostgresClient = await pool.connect();
      if (!isListening) return client;
      taken += 1;
      // One of the two looks, the other listens.
      if (taken === 2) asked!.resolve();
      await left!.promise;
      client.on('notification', () => heard!.resolve());
      const query = client.query.bind(client);
      client.query = async (one) => {
        const answer = await query(one);
        if (one.text.includes('pg_notify')) await heard!.promise;
        return answer;
      };
      return client;
    },
  };
  const store = postgresStore({ pool: slow }, { schema: 'left_early' });
  await begin(store);
  isListening = true;
  const leave = store.subscribe(() => {});
  await asked!.promise;
  leave();
  left!.resolve();
  await vi.waitFor(() => expect([pool.totalCount - pool.idleCount, pool.waitingCount]).toEqual([0, 0]), 5_000);
  await store.close();
  await pool.end();
});

test('a connection that broke while it listened leaves nothing behind, however often (S3)', async () => {
  const pool = new Pool({ connectionString: server.connectionString });
  pool.on('error', () => {});
  const { signal } = new AbortController();
  const heard: string[] = [];
  const options = { channel: 'broken', signal, every: 60_000, onPayload: (payload: string) => heard.push(payload) };
  const end = `select pid, pg_terminate_backend(pid) from pg_stat_activity where query = 'listen "broken"'`;
  const ended = new Set<number>();
  const endNewest = async (): Promise<number> => {
    // One that was ended before may still be there for a moment.
    for (const { pid } of (await server.pool.query(end)).rows) ended.add(pid);
    return ended.size;
  };
  for (let time = 0; time < 12; time += 1) {
    const over = hear(pool, options).catch(() => 'broken');
    await expect.poll(endNewest).toBe(time + 1);
    expect(await over).toBe('broken');
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0);
  await pool.end();
});

test('a store that was closed listens to nothing, and keeps no process alive', async () => {
  const store = postgresStore({ connectionString: server.connectionString }, { schema: 'closed' });
  await begin(store);
  await Promise.all([store.close(), store.close()]);
  const closed = expect.objectContaining({ code: 'invalid-request', message: 'Listening to a store: it was closed.' });
  expect(() => store.subscribe(() => {})).toThrow(closed);
  expect(() => store.onWake(() => {})).toThrow(closed);
  await store.close();
});

test('another process hears of an erasure, of which no row is left to be found (S7)', async () => {
  const at = () => postgresStore({ connectionString: server.connectionString }, { schema: 'erased' });
  const [listens, erases] = [at(), at()];
  await begin(listens);
  const heard: string[] = [];
  listens.subscribe(({ thread }) => heard.push(thread));
  const listening = `select 1 from pg_stat_activity where query like 'listen "yourcall_erased"%'`;
  await expect.poll(async () => (await server.pool.query(listening)).rowCount).toBe(1);
  heard.splice(0);
  await erases.erase(key);
  await expect.poll(() => heard).toContain('t1');
  await Promise.all([listens.close(), erases.close()]);
});

test('a store that is closed answers whoever asked before that, however many', async () => {
  const store = postgresStore({ connectionString: server.connectionString }, { schema: 'closing' });
  const made = begin(store);
  const asked = Array.from({ length: 40 }, () => store.now());
  await store.close();
  await made;
  expect((await Promise.all(asked)).every(Number.isSafeInteger)).toBe(true);
  await expect(store.now()).rejects.toMatchObject({ code: 'invalid-request' });
});
