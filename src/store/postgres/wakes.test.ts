import { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { usePostgres } from '../../../test/postgres/use.ts';
import { append, asking, begin, key, word } from '../../testing/store/case.ts';
import { wakerCases } from '../../testing/store/waker-cases.ts';
import type { WakerCaseOptions } from '../../testing/store/waker-case.ts';
import type { Store } from '../store.ts';
import type { ThreadKey } from '../thread.ts';
import type { OpenWaker, Waker } from '../waker.ts';
import { pgBossWaker, postgresStore } from './index.ts';
import { Wakes } from './wakes.ts';

const server = usePostgres();

const at = (schema: string, waker?: OpenWaker): Store =>
  postgresStore({ connectionString: server.connectionString }, { schema, ...(waker && { waker }) });

/** The same store, in which only its waker wakes: neither NOTIFY nor the clock of the process. */
async function deaf(schema: string, open: OpenWaker): Promise<Store> {
  const wakes = new Wakes();
  const store = at(schema, async (place) => (wakes.waker = await open(place)));
  await store.now();
  const onWake = (listener: (key: ThreadKey) => void): (() => void) => wakes.onWake(listener);
  return Object.assign(store, { onWake });
}

/** What the cases need to know of stores in schemas of that name. */
function optionsOf(name: string, openAt: (schema: string) => Store | Promise<Store>): WakerCaseOptions {
  const schemas = new Map<Store, string>();
  const known = async (schema: string): Promise<Store> => {
    const store = await openAt(schema);
    schemas.set(store, schema);
    return store;
  };
  return {
    open: () => known(`${name}_${schemas.size}`),
    openBeside: (store) => known(schemas.get(store)!),
    whileRefusing: (store, act) => whileRefusing(schemas.get(store)!, act),
    whileLocked: (store, { thread }, act) => whileLocked(`${schemas.get(store)}.thread where id = '${thread}'`, act),
  };
}

/** Every transaction that appends is refused when it commits, behind all that it has done. */
async function whileRefusing(schema: string, act: () => Promise<void>): Promise<void> {
  await server.pool.query(`create function ${schema}.refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused'; end $$`);
  await server.pool
    .query(`create constraint trigger refuse after insert on ${schema}.event deferrable initially deferred
    for each row execute function ${schema}.refuse()`);
  await act();
  await server.pool.query(`drop trigger refuse on ${schema}.event`);
}

async function whileLocked(rows: string, act: () => Promise<void>): Promise<void> {
  const other = await server.pool.connect();
  await other.query(`begin; select id from ${rows} for update`);
  await act();
  await other.query('rollback');
  other.release();
}

describe('threads on Postgres are woken by NOTIFY and the clock of each process', () => {
  for (const { name, run } of wakerCases(optionsOf('notified', at))) test(name, run);
});

test('NOTIFY tells of a change also when the thread is due, and whoever hears it is woken then (S3)', async () => {
  const store = at('told');
  await begin(store);
  const heard = new Promise<ThreadKey>((resolve) => store.onWake((one) => one.thread !== key.thread && resolve(one)));
  const client = await server.pool.connect();
  await client.query('listen yourcall_told');
  const payloads: string[] = [];
  client.on('notification', ({ payload = '' }) => payload.startsWith('["') && payloads.push(payload));
  await append(store, [word('m1')], { wake: 'now' });
  const { fence } = (await store.claim({ key, chats: ['shop'], holder: 'h', lease: 60_000 }))!;
  await append(store, asking('m2', 'c1'), { fence });
  const call = { id: 'c1', name: 'pay', revision: 3, state: 'snoozed', until: 9_000_000_000_000 } as const;
  await append(store, [{ type: 'tool', call }], { fence, release: true });
  // Of a thread that is not there nobody can know in another way.
  const ghost = { tenant: 'acme', thread: 'a "ghost]"' };
  await client.query(`select pg_notify('yourcall_told', $1)`, [JSON.stringify(['acme', ghost.thread, 5, 5])]);
  await expect.poll(() => payloads.length).toBe(4);
  client.release(true);
  const told = payloads.map((payload) => JSON.parse(payload));
  expect(told.map(([tenant, thread, notBefore, now]) => [tenant, thread, notBefore - now > 0, now])).toEqual([
    ['acme', 't1', false, told[0][3]],
    ['acme', 't1', false, undefined],
    ['acme', 't1', true, told[2][3]],
    ['acme', ghost.thread, false, 5],
  ]);
  expect(told[2][2]).toBe(9_000_000_000_000);
  expect(await heard).toEqual(ghost);
  await store.close();
});

describe('threads on Postgres are woken by pg-boss, also where nothing else is heard', () => {
  const options = optionsOf('deaf', (schema) => deaf(schema, pgBossWaker()));
  for (const { name, run } of wakerCases(options)) test(name, run);
});

describe('threads on Postgres are woken by all of them', () => {
  for (const { name, run } of wakerCases(optionsOf('both', (schema) => at(schema, pgBossWaker())))) test(name, run);
});

/** The jobs of a store, whatever became of them. */
async function jobsOf(schema: string): Promise<readonly { readonly thread: string; readonly after: number }[]> {
  const { rows } = await server.pool.query(
    `select data ->> 'thread' as thread, extract(epoch from start_after) * 1000 as after from pgboss.job
     where name = $1 and data ->> 'tenant' = 'acme' order by created_on, start_after`,
    [`yourcall_${schema}`],
  );
  return rows.map(({ thread, after }) => ({ thread, after: Number(after) }));
}

describe('a job of pg-boss', () => {
  test('is committed with the state that it is about, and undone with it (S3)', async () => {
    const store = at('jobs', pgBossWaker());
    await begin(store);
    expect(await jobsOf('jobs')).toEqual([]);
    await whileRefusing('jobs', async () => {
      await expect(append(store, [word('m1')], { wake: 'now' })).rejects.toThrow('refused');
    });
    expect(await jobsOf('jobs')).toEqual([]);
    await append(store, [word('m1')], { wake: 'now' });
    expect((await jobsOf('jobs')).map(({ thread }) => thread)).toEqual(['t1']);
    const { fence } = (await store.claim({ key, chats: ['shop'], holder: 'h', lease: 10_000 }))!;
    await append(store, asking('m2', 'c1'), { fence });
    expect((await jobsOf('jobs')).length).toBe(1);
    const until = (await store.now()) + 86_400_000;
    const call = { id: 'c1', name: 'pay', revision: 3, state: 'snoozed', until } as const;
    await append(store, [{ type: 'tool', call }], { fence, release: true });
    const monday = (await jobsOf('jobs')).map(({ after }) => after);
    expect(monday[1]).toBe(until);
    await append(store, [word('m3')], { wake: 'now' });
    expect((await jobsOf('jobs')).length).toBe(3);
    await store.close();
  });

  test('is stored also for a time behind all calendars of Postgres, and comes early rather than never (S2, S3)', async () => {
    const store = at('far', pgBossWaker());
    await begin(store);
    await append(store, asking('m2', 'c1'));
    const call = { id: 'c1', name: 'pay', revision: 3, state: 'snoozed', until: 8.64e15 } as const;
    expect(await append(store, [{ type: 'tool', call }])).toMatchObject({ type: 'appended' });
    expect((await jobsOf('far')).at(-1)?.after).toBe(Date.UTC(9999, 11, 31));
    await store.close();
  });

  test('that cannot be stored is not left out: the append is undone', async () => {
    const refusing: OpenWaker = async (place) => {
      const waker = await pgBossWaker()(place);
      const wake: Waker['wake'] = (transaction, one) => waker.wake(transaction, { ...one, tenant: '\ud800' });
      return { wake, onWake: (listener) => waker.onWake(listener), close: () => waker.close() };
    };
    const store = at('unstorable', refusing);
    await begin(store);
    const message = expect.stringMatching(/^Storing that thread t1 is to be woken, by the waker of the store: ./);
    const refused = { code: 'network', retryable: true, message };
    await expect(append(store, [word('m1')], { wake: 'now' })).rejects.toMatchObject(refused);
    expect((await store.load(key))?.thread.seq).toBe(0);
    await store.close();
  });

  test('is of a queue that keeps all wakes and piles up nothing (S3)', async () => {
    const store = at('queue', pgBossWaker());
    await store.now();
    const { rows } = await server.pool.query(
      `select policy, retention_seconds, deletion_seconds from pgboss.queue where name = 'yourcall_queue'`,
    );
    expect(rows).toEqual([{ policy: 'standard', retention_seconds: 3_600, deletion_seconds: 60 }]);
    await store.close();
  });

  test('needs no second connection', async () => {
    const single = new Pool({ connectionString: server.connectionString, max: 1 });
    const store = postgresStore({ pool: single }, { schema: 'single', waker: pgBossWaker() });
    await begin(store);
    expect(await append(store, [word('m1')], { wake: 'now' })).toEqual({ type: 'appended', seq: 1 });
    const woken = new Promise((resolve) => store.onWake(resolve));
    expect(await woken).toEqual(key);
    await store.close();
    await single.end();
  });
});

test('a store whose waker cannot be opened says why, and tries again', async () => {
  let tries = 0;
  const store = at('late_waker', async (place) => {
    tries += 1;
    if (tries === 1) throw new Error('no such schema');
    return pgBossWaker()(place);
  });
  await expect(begin(store)).rejects.toThrow('no such schema');
  await begin(store);
  expect(tries).toBe(2);
  await store.close();
});
