import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { usePostgres } from '../postgres/use.ts';
import { Machine } from './machines.ts';

const tenant = 'acme';
const folder = mkdtempSync(join(tmpdir(), 'yourcall-machines-'));
const server = usePostgres();
afterAll(() => rmSync(folder, { recursive: true }));

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

const hour = 3_600_000;

test.each([
  ['on time', 0],
  ['two hours apart', hour],
])(
  'two machines with clocks %s share a hundred threads, one is killed, all finish, nothing twice (E1, E3, E8, E9, S3)',
  async (_, skew) => {
    const [schema, log] = [`apart_${skew}`, join(folder, `${skew}.txt`)];
    const { connectionString } = server;
    const store = postgresStore({ connectionString }, { schema });
    const runtime = createRuntime({ chat: createChat({ model: scripted([]) }), store, work: false });
    const common = { connectionString, schema, log, lease: 1_000 };
    const doomed = new Machine({ ...common, name: 'doomed', skew, holdsBehind: 5 });
    const survivor = new Machine({ ...common, name: 'survivor', skew: -skew });
    await Promise.all([doomed.says('works'), survivor.says('works')]);
    const words = Array.from({ length: 100 }, (_one, index) => `${index}`);
    const say = async (word: string): Promise<unknown> =>
      runtime.send(await runtime.threads.create({ tenant, thread: word }), word);
    const said = Promise.all(words.map(say));
    await doomed.says('holds');
    await doomed.kill();
    await said;
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
    expect(by('doomed')).toBeGreaterThan(5);
    expect(by('survivor')).toBe(100 - by('doomed'));
    // Of what the killed one had under way, and of nothing else, somebody had to say what happened: nobody took it while it lived.
    expect(doubts).toBeGreaterThanOrEqual(by('doomed') - 5);
    expect(doubts).toBeLessThanOrEqual(16);
    await survivor.kill();
    await Promise.all([runtime.close(), store.close()]);
  },
);
