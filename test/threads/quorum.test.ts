import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { databases } from './databases.ts';
import type { RunningDatabase } from './databases.ts';

const tenant = 'acme';
const people = ['bob', 'kim', 'lee', 'may'];

describe.each(databases)('calls on $name to which several people have to agree', ({ start }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());

  /** Two machines, and a payment that three have to agree to. */
  async function office() {
    const paid: string[] = [];
    const ask = { approvers: ['finance'], quorum: 3 };
    const run = (): unknown => paid.push('paid');
    const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy: { ask }, run });
    const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'done'], { turnBy: 'answers' });
    const chat = createChat({ model, tools: { pay } });
    const openStore = database.fresh();
    const stores = [openStore(), openStore()];
    const [here, there] = stores.map((store) => createRuntime({ chat, store, work: false })) as [Runtime, Runtime];
    const key = await here.threads.create({ tenant, owner: 'ann' });
    await here.send(key, 'pay');
    await here.tick({ budget: 0 });
    const call = (await here.inbox({ tenant, manage: true })).items[0]!.call.id;
    const close = async (): Promise<void> => {
      for (const one of [here, there, ...stores]) await one.close();
    };
    const decide = (runtime: Runtime, by: string, type: 'approve' | 'reject' = 'approve') =>
      runtime.decide(key, { call, decision: { type }, by, groups: ['finance'] });
    return { here, there, key, decide, paid, close };
  }

  async function ended(runtime: Runtime, key: ThreadKey): Promise<string | undefined> {
    while ((await runtime.tick({ budget: 0 })) > 0);
    return (await runtime.read(key))?.thread.status;
  }

  test('run once however many agree at once, and who comes late is told (D3, D4)', async () => {
    const { here, there, key, decide, paid, close } = await office();
    const answers = await Promise.all(people.map((by, index) => decide(index % 2 === 0 ? here : there, by)));
    const types = answers.map(({ type, call }) => `${type} ${type === 'applied' ? call.state : ''}`).toSorted();
    expect(types).toEqual(['already ', 'applied approved', 'applied awaiting-approval', 'applied awaiting-approval']);
    expect([await ended(there, key), await ended(here, key), paid]).toEqual(['done', 'done', ['paid']]);
    const { items } = await here.audit({ tenant });
    expect(items.map(({ decided }) => decided?.requirements?.[0]?.quorum)).toEqual([3, 3, 3]);
    await close();
  });

  test('do not run when the last word is a no that came first, and run when it came second (D3, D4)', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { here, there, key, decide, paid, close } = await office();
      await decide(here, 'bob');
      await decide(there, 'kim');
      const [yes, no] = await Promise.all([decide(here, 'lee'), decide(there, 'may', 'reject')]);
      expect([yes.type, no.type].toSorted()).toEqual(['already', 'applied']);
      await ended(here, key);
      expect(paid).toEqual(yes.type === 'applied' ? ['paid'] : []);
      await close();
    }
  });

  test('leave the inbox of those who have agreed, page by page, and of nobody else (X1)', async () => {
    const { here, decide, close } = await office();
    await decide(here, 'bob');
    const shown = async (principal: string) =>
      (await here.inbox({ tenant, principal, groups: ['finance'] })).items.length;
    expect([await shown('bob'), await shown('kim')]).toEqual([0, 1]);
    expect((await here.inbox({ tenant, manage: true })).items[0]?.required).toMatchObject([
      { quorum: 3, given: [{ by: 'bob' }] },
    ]);
    await close();
  });
});
