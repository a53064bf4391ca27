import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { transcript } from '../../src/testing/transcript.ts';
import { startProxy } from '../postgres/proxy.ts';
import type { PostgresProxy } from '../postgres/proxy.ts';
import { usePostgres } from '../postgres/use.ts';

const input = z.object({ amount: z.number() });
const calls = ['look', 'pay'].map((name) => ({ name, input: { amount: 5 } }));

/** A run from the first word to the last: one tool that runs at once, one that asks a person. */
interface Played {
  readonly said: readonly string[];
  readonly effects: readonly string[];
  readonly status: string | undefined;
}

async function play(store: Store, key: ThreadKey): Promise<Played> {
  const effects: string[] = [];
  const look = tool({ description: 'looks', input, effect: 'read', run: () => effects.push('look') });
  const pay = tool({ description: 'pays', input, effect: 'once', run: () => effects.push('pay') });
  const model = scripted([{ text: 'I look, and pay.', calls }, 'All is paid.'], { turnBy: 'answers' });
  const onError = (error: unknown): never => expect.fail(`Somebody had to hear of ${String(error)}`);
  const runtime = createRuntime({ chat: createChat({ model, tools: { look, pay } }), store, work: false, onError });
  await runtime.threads.create(key);
  await runtime.send(key, 'pay');
  await advance(runtime);
  const waiting = (await runtime.inbox(key)).items[0]!;
  await runtime.decide(key, { call: waiting.call.id, decision: { type: 'approve' }, by: 'ann' });
  await advance(runtime);
  const { messages, thread } = (await runtime.read(key))!;
  await runtime.close();
  return { said: transcript(messages), effects, status: thread.status };
}

/** Until nothing is due. */
async function advance(runtime: Runtime): Promise<void> {
  while ((await runtime.tick({ budget: 0 })) > 0);
}

describe('a run on a Postgres', () => {
  const server = usePostgres();
  let proxy: PostgresProxy;
  let store: Store;
  beforeEach(async () => {
    proxy = await startProxy(server.connectionString);
    store = postgresStore({ connectionString: proxy.connectionString });
  });
  afterEach(async () => {
    await store.close();
    await proxy.stop();
  });

  test.each(['before', 'after'] as const)(
    'whose connection is cut %s a commit comes to the same end, whichever commit it is, and nothing takes effect twice (E8)',
    async (moment) => {
      const whole = await play(store, { tenant: 'acme', thread: `${moment} none` });
      expect([whole.effects, whole.status]).toEqual([['look', 'pay'], 'done']);
      let commit = 0;
      do {
        commit += 1;
        proxy.cutCommit(moment, commit);
        const cut = await play(store, { tenant: 'acme', thread: `${moment} ${commit}` });
        expect({ commit, ...cut }).toEqual({ commit, ...whole });
      } while (proxy.cuts === commit);
      // Every commit of it was cut once; the one behind the last never came.
      expect(commit).toBeGreaterThan(10);
      expect(proxy.cuts).toBe(commit - 1);
    },
  );
});
