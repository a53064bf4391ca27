import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { textOf } from '../../src/conversation/message.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { usePostgres } from '../postgres/use.ts';
import type { LastWords, Place } from './last-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-last-words-'));
const server = usePostgres();
afterAll(() => rmSync(folder, { recursive: true }));

/** Somewhere empty. */
const places = {
  SQLite: (name: string): Place => ({ path: join(folder, `${name}.db`) }),
  Postgres: (name: string): Place => ({ connectionString: server.connectionString, schema: name }),
};

function openStore(place: Place): Store {
  if ('path' in place) return sqliteStore(place.path);
  return postgresStore({ connectionString: place.connectionString }, { schema: place.schema });
}

/** What a process said before it died by its own hand. */
async function lastWords(words: LastWords): Promise<string> {
  const file = join(import.meta.dirname, 'last-words.ts');
  const child = spawn(process.execPath, [file, JSON.stringify(words)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data) => (said += String(data)));
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return said;
}

const moments = ['before the commit', 'behind the commit', 'when it was answered'] as const;
const cases = moments.flatMap((moment, index) =>
  (['SQLite', 'Postgres'] as const).flatMap((on) =>
    (['send', 'decide'] as const).map((what) => ({ moment, on, what, name: `${what}_${index}` })),
  ),
);

test.concurrent.each(cases)(
  'a process killed $moment of its $what on $on: it is stored or it is not, and once (D3, E8)',
  async ({ moment, on, what, name }) => {
    const place = places[on](name);
    const paid: unknown[] = [];
    const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', run: () => paid.push('paid') });
    const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'All is paid.'], { turnBy: 'answers' });
    const store = openStore(place);
    const runtime = createRuntime({ chat: createChat({ model, tools: { pay } }), store, work: false });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    await runtime.tick({ budget: 0 });
    const { call } = (await runtime.inbox(key)).items[0]!;
    const before = await runtime.read(key);
    const said = await lastWords({ place, what, moment, key, call: call.id });
    expect(said).toBe(moment === 'when it was answered' ? 'answered' : '');
    const isStored = moment !== 'before the commit';
    if (!isStored) expect(await runtime.read(key)).toEqual(before);
    // Whoever heard no answer says it again.
    await runtime.send(key, 'and hurry', { key: 'hurry' });
    const again = await runtime.decide(key, { call: call.id, decision: { type: 'approve' }, by: 'bob' });
    expect(again.type).toBe(what === 'decide' && isStored ? 'already' : 'applied');
    await runtime.tick({ budget: 0 });
    const { thread, messages } = (await runtime.read(key))!;
    expect([thread.status, paid]).toEqual(['done', ['paid']]);
    expect(messages.map(textOf)).toEqual(['pay', '', 'and hurry', 'All is paid.']);
    await runtime.close();
    await store.close();
  },
);

test('a process whose store is gone for good ends when its runtime is closed and it has nothing else to do (E3)', async () => {
  const file = join(import.meta.dirname, 'closes.ts');
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data) => (said += String(data)));
  const killing = setTimeout(() => child.kill('SIGKILL'), 20_000);
  expect(await once(child, 'close')).toEqual([0, null]);
  clearTimeout(killing);
  expect(said).toBe('closed, and something was not stored');
});
