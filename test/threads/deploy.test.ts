// Another release is deployed while a call waits: old and new machines side by side on the same threads.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Policy } from '../../src/chat/policy.ts';
import { tool } from '../../src/chat/tool.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat, Runtime } from '../../src/runtime/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { databases } from './databases.ts';
import type { RunningDatabase } from './databases.ts';

const look = tool({ description: 'looks', input: z.object({}), effect: 'read', run: () => 'seen' });
const approve = { type: 'approve' } as const;

/** A release of a program: which field its tool has, if it has the tool, and what it says of its calls. */
function release(paid: unknown[], field?: string, policy: Policy<unknown, unknown> = 'ask'): DurableChat {
  const pay = tool({
    description: 'pays',
    input: z.object({ [field ?? '']: z.number() }),
    effect: 'once',
    policy,
    run: (input) => void paid.push(input),
  });
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'paid'], { turnBy: 'answers' });
  return createChat({ model, tools: field ? { look, pay } : { look } });
}

/** A machine that works when it is told to. */
class Machine {
  readonly runtime: Runtime;
  readonly #store: Store;

  constructor(store: Store, chat: DurableChat) {
    this.#store = store;
    this.runtime = createRuntime({ chat, store, work: false });
  }

  async work(): Promise<void> {
    await this.runtime.tick({ budget: 0 });
  }

  async callOf(key: ThreadKey): Promise<ToolCall> {
    const parts = (await this.runtime.read(key))!.messages.flatMap((message) => message.parts);
    return parts.flatMap((part) => (part.type === 'tool' ? [part.call] : []))[0]!;
  }

  /** A thread whose call waits. */
  async waiting(): Promise<{ key: ThreadKey; call: string }> {
    const key = await this.runtime.threads.create({ tenant: 'acme' });
    await this.runtime.send(key, 'pay');
    await this.work();
    return { key, call: (await this.callOf(key)).id };
  }

  async close(): Promise<void> {
    await this.runtime.close();
    await this.#store.close();
  }
}

test('an approved call whose tool an old machine lacks is run by a new one, and nobody need say anything (C1)', async () => {
  let ahead = 0;
  const store = memoryStore({ now: () => Date.now() + ahead });
  const paid: unknown[] = [];
  const [older, newer] = [release(paid), release(paid, 'amount')].map((chat) => new Machine(store, chat));
  const { key, call } = await newer!.waiting();
  await newer!.runtime.decide(key, { call, decision: approve });
  await older!.work();
  expect(await older!.callOf(key)).toMatchObject({ state: 'awaiting-approval', because: 'tool-missing' });
  await newer!.work();
  expect(paid).toEqual([]);
  ahead = 61_000;
  await newer!.work();
  expect([paid, (await newer!.callOf(key)).state]).toEqual([[{ amount: 5 }], 'completed']);
});

describe.each(databases)('a deploy while a call waits, on $name', ({ start }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());

  /** Machines of two releases on the same threads. */
  function machines(...chats: readonly DurableChat[]): readonly Machine[] {
    const openStore = database.fresh();
    return chats.map((chat) => new Machine(openStore(), chat));
  }

  test('a release that lacks the tool neither runs nor settles what was approved, and it can be rejected (C1)', async () => {
    const paid: unknown[] = [];
    const [before, after] = machines(release(paid, 'amount'), release(paid));
    const { key, call } = await before!.waiting();
    await before!.runtime.decide(key, { call, decision: approve });
    await after!.work();
    expect(await after!.callOf(key)).toMatchObject({ state: 'awaiting-approval', because: 'tool-missing' });
    await after!.runtime.decide(key, { call, decision: { type: 'reject', reason: 'the tool is gone' } });
    await after!.work();
    expect([paid, (await after!.callOf(key)).state]).toEqual([[], 'rejected']);
    await Promise.all([before!.close(), after!.close()]);
  });

  test('a release whose tool takes something else asks again, and runs only what fits it (C1)', async () => {
    const paid: unknown[] = [];
    const [before, after] = machines(release(paid, 'amount'), release(paid, 'cents'));
    const { key, call } = await before!.waiting();
    await before!.runtime.decide(key, { call, decision: approve });
    await after!.work();
    expect(await after!.callOf(key)).toMatchObject({ state: 'awaiting-approval', because: 'tool-changed' });
    expect(await after!.runtime.decide(key, { call, decision: approve })).toMatchObject({ type: 'invalid' });
    await after!.runtime.decide(key, { call, decision: { ...approve, input: { cents: 500 } } });
    await after!.work();
    expect([paid, (await after!.callOf(key)).state]).toEqual([[{ cents: 500 }], 'completed']);
    await Promise.all([before!.close(), after!.close()]);
  });

  test('a call that an old machine takes over before its verdict waits for one that has its tool, which judges it (C1)', async () => {
    const paid: unknown[] = [];
    const never: Policy<unknown, unknown> = () => new Promise(() => {});
    const [asking, older, newer] = machines(release(paid, 'amount', never), release(paid), release(paid, 'amount'));
    const key = await asking!.runtime.threads.create({ tenant: 'acme' });
    await asking!.runtime.send(key, 'pay');
    const { cursor: after } = (await asking!.runtime.read(key))!;
    const working = asking!.work();
    for await (const { event } of asking!.runtime.watch(key, { after })) if (event.type === 'step-end') break;
    await Promise.all([asking!.runtime.close(), working]);
    await older!.work();
    const { id: call, ...missing } = await older!.callOf(key);
    expect(missing).toMatchObject({ state: 'awaiting-approval', because: 'tool-missing', unjudged: true });
    expect((await older!.runtime.inbox({ tenant: 'acme' })).items.map((row) => row.call.id)).toEqual([call]);
    expect(await older!.runtime.decide(key, { call, decision: approve })).toMatchObject({ type: 'forbidden' });
    await newer!.runtime.retry(key);
    await newer!.work();
    expect(await newer!.callOf(key)).toMatchObject({ state: 'awaiting-approval', input: { amount: 5 } });
    expect(await newer!.callOf(key)).not.toHaveProperty('unjudged');
    await newer!.runtime.decide(key, { call, decision: approve });
    await newer!.work();
    expect([paid, (await newer!.callOf(key)).state]).toEqual([[{ amount: 5 }], 'completed']);
    await Promise.all([asking!.close(), older!.close(), newer!.close()]);
  });

  test('a stricter policy is asked about a deferred call that is due, and about an edit (D5, D6)', async () => {
    const paid: unknown[] = [];
    const soon: Policy<unknown, unknown> = () => ({ defer: new Date(Date.now() + 20) });
    const [before, after] = machines(release(paid, 'amount', soon), release(paid, 'amount', { deny: 'not any more' }));
    const { key, call } = await before!.waiting();
    const edit = { ...approve, input: { amount: 6 } };
    expect(await after!.runtime.decide(key, { call, decision: edit })).toMatchObject({ type: 'forbidden' });
    while ((await after!.callOf(key)).state === 'deferred') await after!.work();
    expect([paid, (await after!.callOf(key)).state]).toEqual([[], 'denied']);
    await Promise.all([before!.close(), after!.close()]);
  });
});
