import { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startProxy } from '../../../test/postgres/proxy.ts';
import type { PostgresProxy } from '../../../test/postgres/proxy.ts';
import { usePostgres } from '../../../test/postgres/use.ts';
import { append, asking, begin, key, rejection, word } from '../../testing/store/case.ts';
import { verifyAudit } from '../../runtime/audit.ts';
import type { Store } from '../store.ts';
import { postgresStore } from './index.ts';

const server = usePostgres();
let proxy: PostgresProxy;
let store: Store;
let schema: string;
let tests = 0;

beforeEach(async () => {
  tests += 1;
  schema = `unsure_${tests}`;
  proxy = await startProxy(server.connectionString);
  store = postgresStore({ connectionString: proxy.connectionString }, { schema });
  await begin(store);
});
afterEach(async () => {
  await store.close();
  await proxy.stop();
});

const moments = ['before', 'after'] as const;
const ids = async (): Promise<readonly string[] | undefined> => (await store.load(key))?.messages.map(({ id }) => id);

describe.each(moments)('when the connection breaks %s a commit', (moment) => {
  test('what was appended is there once, and answered as appended (E8)', async () => {
    await append(store, [word('m1')]);
    proxy.cutCommit(moment);
    expect(await append(store, [word('m2')])).toEqual({ type: 'appended', seq: 2 });
    expect(proxy.cuts).toBe(1);
    expect(await ids()).toEqual(['m1', 'm2']);
    expect((await store.read([{ ...key, after: 0 }], 10))[0]?.rows.map(({ from, to }) => [from, to])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('a decision is on record once (S7, E8)', async () => {
    await append(store, asking('m1', 'c1'));
    proxy.cutCommit(moment);
    expect((await append(store, [rejection('c1')])).type).toBe('appended');
    expect(proxy.cuts).toBe(1);
    expect(await verifyAudit(store, key)).toEqual({ trails: 1, entries: 1 });
  });

  test('a thread that was claimed is held by who claimed it (E8)', async () => {
    await append(store, [word('m1')], { wake: 'now' });
    proxy.cutCommit(moment);
    const claimed = await store.claim({ chats: ['shop'], holder: 'h', lease: 10_000 });
    expect([proxy.cuts, claimed?.thread.thread]).toEqual([1, 't1']);
    // Not that of the try which was cut.
    expect(claimed!.now).toBeGreaterThan(moment === 'after' ? claimed!.thread.lease!.until - 10_000 : 0);
    expect(await append(store, [word('m2')], { fence: claimed!.fence })).toEqual({ type: 'appended', seq: 2 });
    expect(await store.claim({ key, chats: ['shop'], holder: 'other', lease: 10_000 })).toBeUndefined();
  });

  test('a thread that was taken with an append is held by who appended (E8)', async () => {
    proxy.cutCommit(moment);
    const claim = { chats: ['shop'], holder: 'h', lease: 10_000 };
    const answer = await append(store, [word('m1')], { wake: 'now', claim });
    expect([proxy.cuts, answer.type, await ids()]).toEqual([1, 'appended', ['m1']]);
    const { fence } = answer.type === 'appended' ? answer.claimed! : expect.unreachable();
    expect(await append(store, [word('m2')], { fence })).toEqual({ type: 'appended', seq: 2 });
    expect(await store.claim({ key, chats: ['shop'], holder: 'other', lease: 10_000 })).toBeUndefined();
  });

  test('a thread that was given back is not given back twice (E8)', async () => {
    await append(store, [word('m1')], { wake: 'now' });
    const claimed = await store.claim({ chats: ['shop'], holder: 'h', lease: 10_000 });
    proxy.cutCommit(moment);
    const answer = await append(store, [], { fence: claimed!.fence, release: true });
    expect([proxy.cuts, answer]).toEqual([1, { type: 'appended', seq: 1 }]);
  });

  test('a thread that was made is ours (E8)', async () => {
    proxy.cutCommit(moment);
    expect(await store.create({ ...key, thread: 't2', chat: 'shop' })).toBe(true);
    expect(proxy.cuts).toBe(1);
    expect(await store.create({ ...key, thread: 't2', chat: 'shop' })).toBe(false);
  });
});

describe('what other processes change is heard', () => {
  const heard = async (listens: Store, says: Store, thread: string): Promise<number> => {
    const began = performance.now();
    const came = Promise.withResolvers<number>();
    const leave = listens.subscribe((told) => {
      if (told.thread === thread) came.resolve(performance.now() - began);
    });
    await says.create({ ...key, thread, chat: 'shop' });
    const time = await came.promise;
    leave();
    return time;
  };

  test('also after the connection that listens broke', async () => {
    const beside = postgresStore({ connectionString: server.connectionString }, { schema });
    const threads: string[] = [];
    const leave = beside.subscribe(({ thread }) => threads.push(thread));
    await heard(beside, store, 't2');
    const pool = new Pool({ connectionString: server.connectionString }).on('error', () => {});
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'`;
    await expect.poll(async () => (await pool.query(end)).rowCount).toBe(1);
    await expect.poll(async () => (await pool.query(end)).rowCount, { timeout: 5_000 }).toBe(1);
    await pool.end();
    await store.create({ ...key, thread: 't3', chat: 'shop' });
    await expect.poll(() => threads.includes('t3'), { timeout: 3_000 }).toBe(true);
    leave();
    await beside.close();
  });

  test('on a single connection, once a second', async () => {
    const pool = new Pool({ connectionString: server.connectionString, max: 1 });
    const beside = postgresStore({ pool }, { schema });
    expect(await heard(beside, store, 't2')).toBeLessThan(3_000);
    expect(await heard(beside, store, 't3')).toBeLessThan(3_000);
    await beside.close();
    await pool.end();
  });
});
