// The clock of a machine is wrong, or is set while it works: whatever has a time goes by the clock of the database.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Policy, Verdict } from '../../src/chat/policy.ts';
import { tool } from '../../src/chat/tool.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat, Runtime } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { usePostgres } from '../postgres/use.ts';

const hour = 3_600_000;
const right = Date.now.bind(Date);
const approve = { type: 'approve' } as const;

/** From now on the clock of this process is wrong by so many milliseconds. */
function setClock(by: number): void {
  vi.spyOn(Date, 'now').mockImplementation(() => right() + by);
}

const server = usePostgres();
let store: Store;
let tests = 0;
beforeEach(() => {
  tests += 1;
  store = postgresStore({ connectionString: server.connectionString }, { schema: `clock_${tests}` });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
});

/** A chat that pays, if its policy lets it; when stands in the list, by the right clock. */
function shop(policy: Policy<unknown, unknown>, paid: number[] = []): DurableChat {
  const run = (): unknown => paid.push(right());
  const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy, timeout: 60_000, run });
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'All is paid.'], { turnBy: 'answers' });
  return createChat({ model, tools: { pay } });
}

async function callsOf(key: ThreadKey): Promise<readonly ToolCall[]> {
  const parts = (await store.load(key))!.messages.flatMap((message) => message.parts);
  return parts.flatMap((part) => (part.type === 'tool' ? [part.call] : []));
}

const callOf = async (key: ThreadKey): Promise<ToolCall> => (await callsOf(key)).at(-1)!;

describe.each([
  ['ahead', hour],
  ['behind', -hour],
])('a machine whose clock is an hour %s', (_, skew) => {
  let runtime: Runtime;
  let key: ThreadKey;

  /** What this machine does while its clock is wrong. */
  async function wrongly<Answer>(does: () => Promise<Answer>): Promise<Answer> {
    setClock(skew);
    return does().finally(() => vi.restoreAllMocks());
  }

  const work = (): Promise<number> => runtime.tick({ budget: 0 });
  const decide = async (decision: Parameters<Runtime['decide']>[1]['decision']) =>
    runtime.decide(key, { call: (await callOf(key)).id, decision });

  /** A thread with its word; nobody has looked at it. */
  async function begin(policy: Policy<unknown, unknown>, paid?: number[]): Promise<void> {
    runtime = createRuntime({ chat: shop(policy, paid), store, work: false });
    key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
  }

  /** Has the machine work until the call stands so; gives the time then, by the right clock. */
  async function until(state: ToolCall['state']): Promise<number> {
    while ((await callOf(key)).state !== state) await wrongly(work);
    return right();
  }

  test('takes the decision about what another one has asked in time (S2, E9)', async () => {
    await begin({ ask: { expiresIn: 60_000 } });
    await work();
    expect((await wrongly(() => decide(approve))).type).toBe('applied');
  });

  test('asks for as long as it is meant to (S2, E9)', async () => {
    await begin({ ask: { expiresIn: 150 } });
    await wrongly(work);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await decide(approve)).type).toBe('expired');
  });

  test('wakes what was snoozed when its time has come (S2, E9)', async () => {
    await begin('ask');
    await work();
    const time = right() + 150;
    await decide({ type: 'snooze', until: new Date(time).toISOString() });
    expect(await until('awaiting-approval')).toBeGreaterThanOrEqual(time);
  });

  test('runs what was approved for later when its time has come (S2, E9)', async () => {
    const paid: number[] = [];
    await begin('ask', paid);
    await work();
    const time = right() + 150;
    await decide({ ...approve, notBefore: new Date(time).toISOString() });
    await until('completed');
    expect(paid[0]).toBeGreaterThanOrEqual(time);
  });

  test('defers until the time that its policy names (D5, E9)', async () => {
    const paid: number[] = [];
    let time = 0;
    const later = (): Verdict => ({ defer: new Date((time ||= right() + 300)) });
    await begin(later, paid);
    await wrongly(work);
    expect((await callOf(key)).state).toBe('deferred');
    await until('completed');
    expect(paid[0]).toBeGreaterThanOrEqual(time);
  });

  test('begins an attempt, decides and says words at the time of the database (E2, E9)', async () => {
    await begin('ask');
    const before = await store.now();
    await wrongly(work);
    await wrongly(() => decide(approve));
    await wrongly(work);
    await wrongly(() => runtime.send(key, 'thanks'));
    const after = await store.now();
    const { attempt, decisions } = await callOf(key);
    const said = (await store.load(key))!.messages.slice(1).map(({ at }) => at);
    const times = [attempt!.startedAt, attempt!.deadline - 60_000, decisions![0]!.at, ...said];
    expect(times).toHaveLength(6);
    expect(times.filter((time) => time! < before || time! > after)).toEqual([]);
  });
});

describe.each([
  ['ahead', hour],
  ['back', -hour],
])('a machine whose clock is set an hour %s while it works', (_, skew) => {
  test('goes on, starts nothing twice, and begins the next attempt at the time of the database (E2, E9)', async () => {
    const effects: string[] = [];
    const set = tool({
      description: 'sets the clock',
      input: z.object({}),
      effect: 'once',
      policy: 'allow',
      run: () => {
        effects.push('set');
        setClock(skew);
      },
    });
    const pay = tool({ ...set, description: 'pays', run: () => void effects.push('pay') });
    const model = scripted(
      [{ calls: [{ name: 'set', input: {} }] }, { calls: [{ name: 'pay', input: {} }] }, 'All is paid.'],
      { turnBy: 'answers' },
    );
    const chat = createChat({ model, tools: { set, pay } });
    const runtime = createRuntime({
      chat,
      store,
      lease: 300,
      sweep: 20,
      onError: (error) => expect.fail(String(error)),
    });
    const key = await runtime.threads.create({ tenant: 'acme' });
    const before = await store.now();
    await runtime.send(key, 'pay');
    while ((await store.load(key))?.thread.status !== 'done') await new Promise((resolve) => setTimeout(resolve, 10));
    const { attempt } = await callOf(key);
    expect(effects).toEqual(['set', 'pay']);
    expect(attempt!.startedAt).toBeGreaterThanOrEqual(before);
    expect(attempt!.startedAt).toBeLessThanOrEqual(await store.now());
    await runtime.close();
  });
});
