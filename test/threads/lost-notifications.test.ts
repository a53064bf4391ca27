import { once } from 'node:events';
import { Pool } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime, WatchedEvent } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { startProxy } from '../postgres/proxy.ts';
import type { PostgresProxy } from '../postgres/proxy.ts';
import { usePostgres } from '../postgres/use.ts';

const server = usePostgres();
let proxy: PostgresProxy;
let pool: Pool;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  proxy = await startProxy(server.connectionString);
  pool = new Pool({ connectionString: proxy.connectionString });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await pool.end();
  await proxy.stop();
});

/** A machine of its own. It does not look for due threads by itself: what it hears of, or its store finds, is all it knows. */
function machine(schema: string, work: boolean): Runtime {
  const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', run: () => 'paid' });
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'All is paid.'], { turnBy: 'answers' });
  const store = postgresStore({ pool }, { schema });
  const runtime = createRuntime({ chat: createChat({ model, tools: { pay } }), store, work, sweep: 600_000 });
  open.push(runtime, store);
  return runtime;
}

/** Reads on until an event of this kind. */
async function until(type: string, events: AsyncGenerator<WatchedEvent>): Promise<void> {
  for (;;) {
    const { value, done } = await events.next();
    if (done || value.event.type === type) return;
  }
}

/** A word, a decision and the end, each noticed by a machine that works and by one that looks on. */
async function play(schema: string, lose: () => void | Promise<void>): Promise<string | undefined> {
  const [works, decides, looksOn] = [machine(schema, true), machine(schema, false), machine(schema, false)];
  const key = await decides.threads.create({ tenant: 'acme' });
  const events = looksOn.watch(key, { after: 'c0' });
  const first = events.next();
  await lose();
  await decides.send(key, 'pay');
  await first;
  await until('paused', events);
  const { call } = (await decides.inbox(key)).items[0]!;
  await decides.decide(key, { call: call.id, decision: { type: 'approve' } });
  await until('done', events);
  await events.return(undefined);
  return (await works.read(key))?.thread.status;
}

test('where NOTIFY never comes through words, decisions and viewers are served by looking, and it is said once (S3)', async () => {
  proxy.loseNotifications();
  const warnings: (Error & { code?: string })[] = [];
  const warn = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', warn);
  const told = once(process, 'warning');
  // Two of the machines listen.
  expect(await play('never_heard', async () => void (await told))).toBe('done');
  process.off('warning', warn);
  expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'YOURCALL_NOTIFY: Changes by other processes are noticed once a second: NOTIFY does not come through to this connection.',
  ]);
});

test('where NOTIFY comes through and later does not, words, decisions and viewers are served by looking (S3)', async () => {
  const lose = async (): Promise<void> => {
    // Each of the two that listen has heard itself.
    await expect.poll(() => proxy.tests).toBeGreaterThan(2);
    proxy.loseNotifications();
  };
  expect(await play('heard_no_more', lose)).toBe('done');
});
