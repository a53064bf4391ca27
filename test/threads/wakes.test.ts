// Whoever works looks for due threads once a minute here: what comes sooner was woken.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Policy } from '../../src/chat/policy.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat, Runtime } from '../../src/runtime/index.ts';
import { pgBossWaker, postgresStore } from '../../src/store/postgres/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { startPostgres } from '../postgres/server.ts';
import { usePostgres } from '../postgres/use.ts';
import { databases } from './databases.ts';
import type { Database, OpenStore, RunningDatabase } from './databases.ts';

const minute = 60_000;

/** A chat that pays when its policy lets it; when it did is promised. */
function shop(policy: Policy<unknown, unknown>): { readonly chat: DurableChat; readonly paid: Promise<number> } {
  const { promise, resolve } = Promise.withResolvers<number>();
  const pay = tool({
    description: 'pays',
    input: z.object({}),
    effect: 'once',
    policy,
    run: () => resolve(Date.now()),
  });
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'paid'], { turnBy: 'answers' });
  return { chat: createChat({ model, tools: { pay } }), paid: promise };
}

/** Waits until a thread has come so far, as somebody sees who only watches. */
async function until(runtime: Runtime, key: ThreadKey, type: 'paused' | 'done'): Promise<void> {
  for await (const { event } of runtime.watch(key, { after: 'c0' })) if (event.type === type) return;
}

const withPgBoss: Database = {
  name: 'Postgres with pg-boss',
  lease: 200,
  start: async () => {
    const { connectionString, stop } = await startPostgres();
    let schemas = 0;
    const fresh = (): OpenStore => {
      schemas += 1;
      const schema = `boss_${schemas}`;
      return () => postgresStore({ connectionString }, { schema, waker: pgBossWaker() });
    };
    return { fresh, stop };
  },
};

describe.each([...databases, withPgBoss])('a thread on $name', ({ start }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());

  test('goes on when the time of its deferred call has come, and nobody has to look (S2, S3)', async () => {
    let at: Date | undefined;
    const { chat, paid } = shop(() => ({ defer: (at ??= new Date(Date.now() + 700)) }));
    const store = database.fresh()();
    const runtime = createRuntime({ chat, store, sweep: minute });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    const late = (await paid) - at!.getTime();
    expect([late >= -2, late < 500]).toEqual([true, true]);
    await runtime.close();
    await store.close();
  });

  test('goes on at another machine when somebody here has decided (D3, S3)', async () => {
    const { chat, paid } = shop('ask');
    const openStore = database.fresh();
    const [here, there] = [openStore(), openStore()];
    const says = createRuntime({ chat, store: here, work: false });
    const works = createRuntime({ chat, store: there, sweep: minute });
    const key = await says.threads.create({ tenant: 'acme' });
    await says.send(key, 'pay');
    await until(says, key, 'paused');
    const { items } = await says.inbox({ tenant: 'acme' });
    await says.decide(key, { call: items[0]!.call.id, decision: { type: 'approve' } });
    await paid;
    await until(says, key, 'done');
    await Promise.all([says.close(), works.close()]);
    await Promise.all(Array.from(new Set<Store>([here, there]), (store) => store.close()));
  });
});

describe('a Postgres with pg-boss', () => {
  const server = usePostgres();

  test('has a decision in one process wake another one (S3)', async () => {
    const { connectionString } = server;
    const place = JSON.stringify({ connectionString, schema: 'processes' });
    const machine = fork(new URL('woken-machine.ts', import.meta.url), [place], { execArgv: [] });
    const paid = once(machine, 'message');
    const store = postgresStore({ connectionString }, { schema: 'processes', waker: pgBossWaker() });
    const says = createRuntime({ chat: shop('ask').chat, store, work: false });
    const key = await says.threads.create({ tenant: 'acme' });
    await says.send(key, 'pay');
    await until(says, key, 'paused');
    const { items } = await says.inbox({ tenant: 'acme' });
    await says.decide(key, { call: items[0]!.call.id, decision: { type: 'approve' } });
    expect((await paid)[0]).toBe('paid');
    await until(says, key, 'done');
    const left = once(machine, 'exit');
    machine.send('close');
    expect((await left)[0]).toBe(0);
    await says.close();
    await store.close();
  });

  test('loses every job and every hint, and its threads are found by whoever looks (S3)', async () => {
    const { connectionString } = server;
    let at: Date | undefined;
    const { chat, paid } = shop(() => ({ defer: (at ??= new Date(Date.now() + 300)) }));
    const store = postgresStore({ connectionString }, { schema: 'lost', waker: pgBossWaker() });
    const says = createRuntime({ chat, store, work: false });
    const key = await says.threads.create({ tenant: 'acme' });
    await says.send(key, 'pay');
    await says.tick({ budget: 0 });
    const pool = new Pool({ connectionString });
    const { rowCount } = await pool.query(`delete from pgboss.job where name = 'yourcall_lost'`);
    await pool.end();
    expect(rowCount).toBe(2);
    const unheard = (): (() => void) => () => {};
    const works = createRuntime({ chat, store: Object.assign(store, { onWake: unheard }), sweep: 50 });
    expect(await paid).toBeGreaterThanOrEqual(at!.getTime() - 2);
    await Promise.all([says.close(), works.close()]);
    await store.close();
  });
});
