import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { usePostgres } from '../postgres/use.ts';
import { z } from 'zod';

const server = usePostgres();
const folder = mkdtempSync(join(tmpdir(), 'yourcall-unreadable-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A store, and what writes into its tables past it. */
interface Meddled {
  readonly store: Store;
  readonly write: (query: string) => Promise<void>;
}

function onSqlite(name: string): Meddled {
  const path = join(folder, `${name}.db`);
  const write = async (query: string): Promise<void> => {
    const file = new DatabaseSync(path);
    file.exec(query);
    file.close();
  };
  return { store: sqliteStore(path), write };
}

function onPostgres(schema: string): Meddled {
  const store = postgresStore({ connectionString: server.connectionString }, { schema });
  const write = async (query: string): Promise<void> => {
    await server.pool.query(`set search_path to ${schema}; ${query}; reset search_path`);
  };
  return { store, write };
}

function chat() {
  const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy: 'ask', run: () => 'paid' });
  return createChat({
    model: scripted([{ calls: [{ name: 'pay', input: {} }] }, 'Paid.'], { turnBy: 'answers' }),
    tools: { pay },
  });
}

async function statuses(runtime: Runtime): Promise<Record<string, unknown>> {
  const { items } = await runtime.threads.list({ tenant: 'acme' });
  return Object.fromEntries(items.map(({ thread, status, error }) => [thread, error ?? status]));
}

describe.each([
  ['SQLite', onSqlite],
  ['Postgres', onPostgres],
])('a thread on %s of which something stored cannot be read', (_, open) => {
  test('fails, and keeps no other that is due from being found (S3)', async () => {
    const { store, write } = open('due');
    const says = createRuntime({ chat: chat(), store, work: false });
    for (const thread of ['t1', 't2', 't3']) {
      const key = await says.threads.create({ tenant: 'acme', thread });
      await says.send(key, 'Hi');
    }
    // The one that has waited longest.
    await write(`update message set json = '{' where thread = 't1'`);
    await write(`update thread set wake_at = 1 where id = 't1'`);
    const errors: unknown[] = [];
    const works = createRuntime({ chat: chat(), store, sweep: 20, onError: (error) => errors.push(error) });
    await expect.poll(() => statuses(says)).toEqual({ t1: 'format', t2: 'paused', t3: 'paused' });
    const message = expect.stringMatching(
      /^Loading thread t1: what is stored of it cannot be read \(.+\); it stands as failed\.$/,
    );
    expect(errors).toEqual([expect.objectContaining({ code: 'format', message })]);
    await works.close();
    await store.close();
  });

  test('keeps what is said in it, also where that would take it along, and fails then (S3)', async () => {
    const { store, write } = open('said');
    const errors: unknown[] = [];
    const talks = createChat({ model: scripted(['Hello.', 'Yes.']) });
    const works = createRuntime({ chat: talks, store, sweep: 20, onError: (error) => errors.push(error) });
    const key = await works.threads.create({ tenant: 'acme', thread: 't1' });
    await works.send(key, 'Hi');
    await expect.poll(() => statuses(works)).toEqual({ t1: 'done' });
    await write(`update message set json = '{' where place = 0`);
    expect(await works.send(key, 'Still there?')).toMatchObject({ type: 'sent' });
    await expect.poll(() => statuses(works)).toEqual({ t1: 'format' });
    expect(errors).toEqual([expect.objectContaining({ code: 'format' })]);
    const [page] = await store.read([{ ...key, after: 0 }], 100);
    expect(JSON.stringify(page?.rows.flatMap(({ events }) => events))).toContain('Still there?');
    await works.close();
    await store.close();
  });

  test('keeps nobody from being told of what waits in others', async () => {
    const { store, write } = open('told');
    const says = createRuntime({ chat: chat(), store, work: false });
    for (const thread of ['t1', 't2']) {
      await says.send(await says.threads.create({ tenant: 'acme', thread }), 'Hi');
    }
    await says.tick({ budget: Infinity });
    await write(`update tool_call set json = '{', tell_at = 1 where thread = 't1'`);
    const told: string[] = [];
    const send = async ({ thread }: { thread: { thread: string } }): Promise<void> => void told.push(thread.thread);
    const tells = createRuntime({ chat: chat(), store, sweep: 20, notifications: { send } });
    await expect.poll(() => told).toEqual(['t2']);
    await tells.close();
    await store.close();
  });

  test('keeps nobody from what waits in others, and is told of once', async () => {
    const { store, write } = open('inbox');
    const errors: unknown[] = [];
    const works = createRuntime({ chat: chat(), store, work: false, onError: (error) => errors.push(error) });
    for (const thread of ['t1', 't2', 't3']) {
      await works.send(await works.threads.create({ tenant: 'acme', thread }), 'Hi');
    }
    await works.tick({ budget: Infinity });
    await write(
      `update tool_call set json = '{' where thread = 't1'; update tool_call set json = '7' where thread = 't2'`,
    );
    for (const who of [{ manage: true }, { principal: 'ann' }, { manage: true, limit: 1 }]) {
      const { items } = await works.inbox({ tenant: 'acme', ...who });
      expect(items.map(({ thread }) => thread.thread)).toEqual(['t3']);
    }
    expect(await statuses(works)).toEqual({ t1: 'format', t2: 'format', t3: 'paused' });
    const told = ['t1', 't2'].map((thread) =>
      expect.objectContaining({
        code: 'format',
        message: expect.stringMatching(`^Loading thread ${thread}: .*failed`),
      }),
    );
    expect(errors).toEqual(expect.arrayContaining(told));
    expect(errors).toHaveLength(2);
    await works.close();
    await store.close();
  });
});
