import { expect, test } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { DurableChat } from '../../src/runtime/index.ts';
import { pgBossWaker, postgresStore } from '../../src/store/postgres/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { usePostgres } from '../postgres/use.ts';

const server = usePostgres();

function chat(answer: string): DurableChat {
  return createChat({ model: scripted([answer]) });
}

test('a job that is taken by a process without the chat of its thread keeps the thread from nobody (C1, S3)', async () => {
  const storeWith = (options: object) => postgresStore({ connectionString: server.connectionString }, options);
  const schema = 'foreign_job';
  const listening = storeWith({ schema, waker: pgBossWaker() });
  // It hears of nothing, and finds what is due when it looks.
  const deaf = Object.assign(storeWith({ schema }), { onWake: () => () => {} });
  await deaf.now();
  const foreign = createRuntime({ chat: { other: chat('Wrong.') }, store: listening, sweep: 60_000 });
  await listening.now();
  const desk = createRuntime({ chat: { shop: chat('Hello.') }, store: listening, work: false });
  const key = await desk.threads.create({ tenant: 'acme' });
  await desk.send(key, 'Hi');
  const taken = async (): Promise<boolean> => {
    const { rows } = await server.pool.query('select state from pgboss.job where name = $1', [`yourcall_${schema}`]);
    return rows.length > 0 && rows.every((row) => row['state'] === 'completed');
  };
  while (!(await taken())) await soon();
  expect((await desk.read(key))?.thread).toMatchObject({ status: 'working', chat: 'shop' });
  const worker = createRuntime({ chat: { shop: chat('Hello.') }, store: deaf, sweep: 50 });
  while ((await desk.read(key))?.thread.status !== 'done') await soon();
  expect((await desk.read(key))?.messages.at(-1)?.parts).toMatchObject([{ text: 'Hello.' }]);
  for (const one of [foreign, desk, worker]) await one.close();
  for (const store of [listening, deaf]) await store.close();
}, 30_000);

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
