import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Verdict } from '../../src/chat/policy.ts';
import { seenOf } from '../../src/conversation/seen.ts';
import { tool } from '../../src/chat/tool.ts';
import type { Decision } from '../../src/conversation/decision.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat, Runtime } from '../../src/runtime/index.ts';
import type { Append, Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { databases } from './databases.ts';
import type { OpenStore, RunningDatabase } from './databases.ts';

interface Paying {
  readonly amounts: readonly number[];
  readonly policy?: (amount: number) => Verdict;
}

/** A turn that pays, which asks, and looks, which does not; what took effect stands in the list. */
function shop({ amounts, policy = () => 'ask' }: Paying): { readonly chat: DurableChat; readonly effects: string[] } {
  const effects: string[] = [];
  const input = z.object({ amount: z.number().positive() });
  const pay = tool({
    description: 'pays',
    input,
    effect: 'once',
    policy: ({ amount }) => policy(amount),
    run: ({ amount }) => void effects.push(`pay ${amount}`),
  });
  const look = tool({
    description: 'looks',
    input,
    effect: 'read',
    run: ({ amount }) => void effects.push(`look ${amount}`),
  });
  const pays = amounts.map((amount) => ({ name: 'pay', input: { amount } }));
  const script = [{ calls: [...pays, { name: 'look', input: { amount: 7 } }] }, 'all done'];
  return { chat: createChat({ model: scripted(script, { turnBy: 'answers' }), tools: { pay, look } }), effects };
}

/** Two machines on one database, which advance threads when they are told to. */
interface Scene {
  readonly here: Runtime;
  readonly there: Runtime;
  readonly key: ThreadKey;
  readonly effects: readonly string[];
  readonly meeting: Meeting;
  /** Both advance what is due, until nothing is. */
  settle(): Promise<void>;
  /** The payments as they are. */
  pays(): Promise<readonly ToolCall[]>;
  status(): Promise<string | undefined>;
}

/** Holds the next appends of two machines until both are on their way. */
class Meeting {
  #arrived: (() => void)[] | undefined;

  arm(): void {
    this.#arrived = [];
  }

  through(store: Store): Store {
    return new Proxy(store, {
      get: (target, name: keyof Store) => {
        if (name !== 'append') return target[name].bind(target);
        return async (append: Append) => this.#meet().then(() => target.append(append));
      },
    });
  }

  async #meet(): Promise<void> {
    const arrived = this.#arrived;
    if (!arrived) return;
    if (arrived.length === 0) return new Promise((resolve) => arrived.push(resolve));
    this.#arrived = undefined;
    arrived[0]!();
  }
}

describe.each(databases)('approvals of threads on $name', ({ start }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  function machine(openStore: OpenStore, chat: DurableChat, meeting: Meeting): Runtime {
    const store = meeting.through(openStore());
    const runtime = createRuntime({ chat, store, work: false });
    open.push(runtime, store);
    return runtime;
  }

  async function paused(paying: Paying): Promise<Scene> {
    const openStore = database.fresh();
    const { chat, effects } = shop(paying);
    const meeting = new Meeting();
    const [here, there] = [machine(openStore, chat, meeting), machine(openStore, chat, meeting)];
    const key = await here.threads.create({ tenant: 'acme' });
    await there.send(key, 'pay');
    const settle = async (): Promise<void> => {
      const advanced = await Promise.all([here, there].map((one) => one.tick({ budget: 0 })));
      if (advanced.some((count) => count > 0)) await settle();
    };
    await settle();
    const pays = async (): Promise<readonly ToolCall[]> => {
      const parts = (await here.read(key))!.messages.flatMap((message) => message.parts);
      return parts.flatMap((part) => (part.type === 'tool' && part.call.name === 'pay' ? [part.call] : []));
    };
    const status = async (): Promise<string | undefined> => (await here.read(key))?.thread.status;
    return { here, there, key, effects, meeting, settle, pays, status };
  }

  const paid = ({ effects }: Scene): readonly string[] => effects.filter((effect) => effect.startsWith('pay'));
  const states = async ({ pays }: Scene): Promise<readonly string[]> => (await pays()).map(({ state }) => state);
  const approve: Decision = { type: 'approve' };

  test('the same approval from two machines at once runs the tool once, and the other is told who was first (D3, E8)', async () => {
    const scene = await paused({ amounts: [5] });
    const [call] = await scene.pays();
    const click = (on: Runtime, by: string) => on.decide(scene.key, { call: call!.id, decision: approve, by });
    scene.meeting.arm();
    const answers = await Promise.all([click(scene.here, 'ann'), click(scene.there, 'bob')]);
    const first = answers[0].type === 'applied' ? 'ann' : 'bob';
    expect(answers.map(({ type }) => type).toSorted()).toEqual(['already', 'applied']);
    expect(answers.find(({ type }) => type === 'already')).toMatchObject({ earlier: { by: first, decision: approve } });
    await scene.settle();
    expect([paid(scene), await scene.status()]).toEqual([['pay 5'], 'done']);
  });

  test('the same approval later runs nothing, and is told who was first (D3)', async () => {
    const scene = await paused({ amounts: [5] });
    const [call] = await scene.pays();
    await scene.here.decide(scene.key, { call: call!.id, decision: approve, by: 'ann' });
    await scene.settle();
    const late = await scene.there.decide(scene.key, { call: call!.id, decision: approve, by: 'bob' });
    expect(late).toMatchObject({ type: 'already', earlier: { by: 'ann' } });
    await scene.settle();
    expect(paid(scene)).toEqual(['pay 5']);
  });

  test('of an approval and a rejection at once one wins, and the other is told which (D3)', async () => {
    const scene = await paused({ amounts: [5] });
    const [call] = await scene.pays();
    const reject: Decision = { type: 'reject', reason: 'too much' };
    scene.meeting.arm();
    const [yes, no] = await Promise.all([
      scene.here.decide(scene.key, { call: call!.id, decision: approve, by: 'ann' }),
      scene.there.decide(scene.key, { call: call!.id, decision: reject, by: 'bob' }),
    ]);
    await scene.settle();
    const approved = yes.type === 'applied';
    expect([yes, no].map(({ type }) => type).toSorted()).toEqual(['already', 'applied']);
    expect(approved ? no : yes).toMatchObject({ earlier: { by: approved ? 'ann' : 'bob' } });
    expect([paid(scene), await states(scene)]).toEqual(approved ? [['pay 5'], ['completed']] : [[], ['rejected']]);
  });

  test('a safe sibling runs while the payment waits (L2)', async () => {
    const scene = await paused({ amounts: [5] });
    expect([scene.effects, await scene.status()]).toEqual([['look 7'], 'paused']);
  });

  test.each([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
  ])('three calls are decided one by one, number %i first (L2)', async (...order) => {
    const scene = await paused({ amounts: [1, 2, 3] });
    const waiting = await scene.pays();
    for (const [index, number] of order.entries()) {
      expect(await scene.status()).toBe('paused');
      const on = index % 2 === 0 ? scene.here : scene.there;
      await on.decide(scene.key, { call: waiting[number]!.id, decision: approve });
      await scene.settle();
    }
    expect(paid(scene)).toEqual(order.map((number) => `pay ${number + 1}`));
    expect([scene.effects.length, await scene.status()]).toEqual([4, 'done']);
  });

  test('an approval of something else than what waits is stale and runs nothing (D1)', async () => {
    const scene = await paused({ amounts: [5] });
    const [call] = await scene.pays();
    const tampered = seenOf({ ...call!, input: { amount: 1 } } as ToolCall);
    const decided = (seen: string) => scene.there.decide(scene.key, { call: call!.id, decision: approve, seen });
    expect(await decided(tampered)).toMatchObject({ type: 'stale', call: { state: 'awaiting-approval' } });
    await scene.settle();
    expect([paid(scene), await scene.status()]).toEqual([[], 'paused']);
    expect(await decided(seenOf(call!))).toMatchObject({ type: 'applied' });
  });

  test('an approval whose time is over is expired, though nobody has looked at the thread since (S2)', async () => {
    const scene = await paused({ amounts: [5], policy: () => ({ ask: { expiresIn: 1 } }) });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [call] = await scene.pays();
    const answer = await scene.there.decide(scene.key, { call: call!.id, decision: approve });
    expect(answer).toMatchObject({ type: 'expired', call: { state: 'denied' } });
    await scene.settle();
    expect([paid(scene), await scene.status()]).toEqual([[], 'done']);
  });

  test('an edit is validated when it is decided, and the policies are asked about it (D2, D6)', async () => {
    const policy = (amount: number): Verdict => (amount > 50 ? { deny: 'over 50' } : { ask: { approvers: ['ann'] } });
    const scene = await paused({ amounts: [5], policy });
    const [call] = await scene.pays();
    const edit = (amount: unknown, on: Runtime) =>
      on.decide(scene.key, { call: call!.id, decision: { type: 'approve', input: { amount } }, by: 'ann' });
    expect(await edit('five', scene.here)).toMatchObject({ type: 'invalid', issues: [{ path: ['amount'] }] });
    await scene.settle();
    expect([paid(scene), await states(scene)]).toEqual([[], ['awaiting-approval']]);
    expect(await edit(4, scene.there)).toMatchObject({ type: 'applied' });
    await scene.settle();
    expect([paid(scene), await scene.status()]).toEqual([['pay 4'], 'done']);
  });

  test('an edit that a policy denies runs nothing (D6)', async () => {
    const scene = await paused({ amounts: [5], policy: (amount) => (amount > 50 ? { deny: 'over 50' } : 'ask') });
    const [call] = await scene.pays();
    const decision: Decision = { type: 'approve', input: { amount: 51 } };
    const answer = await scene.here.decide(scene.key, { call: call!.id, decision, by: 'ann' });
    await scene.settle();
    expect([answer.type, paid(scene)]).toEqual(['forbidden', []]);
  });

  test('a rejection keeps the result of the safe sibling, and the model is told why (L2)', async () => {
    const scene = await paused({ amounts: [5] });
    const [call] = await scene.pays();
    await scene.there.decide(scene.key, { call: call!.id, decision: { type: 'reject', reason: 'not today' } });
    await scene.settle();
    expect([scene.effects, await scene.status()]).toEqual([['look 7'], 'done']);
    expect((await scene.pays())[0]).toMatchObject({ state: 'rejected', reason: 'not today' });
  });
});
