import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { usePostgres } from '../postgres/use.ts';

/** A chat that pays unasked, once a thread; who was paid stands in the list. */
function shop(): { readonly chat: DurableChat; readonly paid: string[] } {
  const paid: string[] = [];
  const pay = tool({
    description: 'pays',
    input: z.object({ to: z.string() }),
    effect: 'once',
    policy: 'allow',
    run: ({ to }) => void paid.push(to),
  });
  let asked = 0;
  const turn = () => ({ calls: [{ name: 'pay', input: { to: `${(asked += 1)}` } }] });
  return { chat: createChat({ model: scripted([turn, 'paid'], { turnBy: 'answers' }), tools: { pay } }), paid };
}

describe('threads on a Postgres', () => {
  const server = usePostgres();

  test('that ends every connection, again and again, finish without help, nothing twice (E8, S3)', async () => {
    const stores = [1, 2].map(() => postgresStore({ connectionString: server.connectionString }, { schema: 'outage' }));
    const { chat, paid } = shop();
    const [here, there] = stores.map((store) => createRuntime({ chat, store, sweep: 50, onError: () => {} }));
    const keys = await Promise.all(Array.from({ length: 12 }, () => here!.threads.create({ tenant: 'acme' })));
    const sent = Promise.all(keys.map((key, index) => (index % 2 ? here! : there!).send(key, 'pay')));
    const end = `select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and backend_type = 'client backend'`;
    let ended = 0;
    const isDone = async (): Promise<boolean> => {
      const threads = await Promise.all(keys.map((key) => stores[0]!.load(key)));
      return threads.every((loaded) => loaded?.thread.status === 'done');
    };
    for (let round = 0; round < 8; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      ended += (await server.pool.query(end)).rows.length;
    }
    await sent;
    while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ended).toBeGreaterThan(8);
    expect([paid.length, new Set(paid).size]).toEqual([12, 12]);
    await Promise.all([here!.close(), there!.close()]);
    await Promise.all(stores.map((store) => store.close()));
  });
});
