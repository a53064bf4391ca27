import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { startPostgres } from '../postgres/server.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { Machine } from './machines.ts';

const tenant = 'acme';
const folder = mkdtempSync(join(tmpdir(), 'yourcall-machines-'));
let server: PostgresServer;
beforeAll(async () => void (server = await startPostgres()), 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Lines of the file: who was paid, and by which machine. */
function linesOf(log: string): readonly (readonly [to: string, by: string])[] {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => line.split(' ') as [string, string]);
}

/** Somebody who answers what is in doubt by a look at the file, and nothing else; gives how often. */
async function answerDoubts(runtime: Runtime, log: string): Promise<number> {
  const { items } = await runtime.inbox({ tenant, limit: 500 });
  const paid = new Set(linesOf(log).map(([to]) => to));
  const answers = items.map(({ thread, call }) => {
    const happened = paid.has((call.input as { to: string }).to);
    const decision = happened ? ({ type: 'happened', output: 'paid' } as const) : ({ type: 'run-again' } as const);
    return runtime.decide(thread, { call: call.id, decision, by: 'ann' });
  });
  return (await Promise.all(answers)).filter(({ type }) => type === 'applied').length;
}

test('two machines share a hundred threads, one is killed amid its tools, and all finish: nothing twice (E1, E3, E8, S3)', async () => {
  const [schema, log, lease] = ['hundred', join(folder, 'hundred.txt'), 1_000];
  const { connectionString } = server;
  const store = postgresStore({ connectionString }, { schema });
  const runtime = createRuntime({ chat: createChat({ model: scripted([]) }), store, work: false });
  const words = Array.from({ length: 100 }, (_, index) => `${index}`);
  await Promise.all(
    words.map(async (word) => runtime.send(await runtime.threads.create({ tenant, thread: word }), word)),
  );
  const common = { connectionString, schema, log, lease };
  const doomed = new Machine({ ...common, name: 'doomed', holdsBehind: 10 });
  await doomed.says('works');
  const survivor = new Machine({ ...common, name: 'survivor' });
  await Promise.all([doomed.says('holds'), survivor.says('works')]);
  await doomed.kill();
  let doubts = 0;
  for (;;) {
    const { items } = await runtime.threads.list({ tenant, limit: 200 });
    if (items.every(({ status }) => status === 'done')) break;
    doubts += await answerDoubts(runtime, log);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const lines = linesOf(log);
  const by = (name: string): number => lines.filter(([, machine]) => machine === name).length;
  // Each once, and each by one of the two.
  expect(lines.map(([to]) => to).toSorted()).toEqual(words.toSorted());
  expect(by('doomed')).toBeGreaterThan(10);
  expect(by('survivor')).toBe(100 - by('doomed'));
  // Those that it did not come to tell of, of which somebody had to say what happened.
  expect(doubts).toBeGreaterThanOrEqual(by('doomed') - 10);
  expect(doubts).toBeLessThan(50);
  await survivor.kill();
  await Promise.all([runtime.close(), store.close()]);
});
