import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../chat/chat.ts';
import type { Verdict } from '../../chat/policy.ts';
import { tool } from '../../chat/tool.ts';
import { ChatError } from '../../conversation/error.ts';
import { memoryStore } from '../../store/memory/index.ts';
import { scripted } from '../../testing/scripted.ts';
import { createRuntime } from '../runtime.ts';
import type { Notice } from './notice.ts';
import type { Notifications } from './options.ts';

const minute = 60_000;

interface SceneOptions extends Partial<Notifications> {
  readonly verdict?: Verdict;
  readonly calls?: number;
}

/** A thread in which payments wait, and whoever is told of them. */
async function scene({ verdict = 'ask', calls = 1, ...more }: SceneOptions = {}) {
  let now = 1_000;
  const store = memoryStore({ now: () => now });
  const told: Notice[] = [];
  const errors: unknown[] = [];
  const pay = tool({ description: 'pays', input: z.object({}), policy: verdict, run: () => 'paid' });
  const ask = { calls: Array.from({ length: calls }, () => ({ name: 'pay', input: {} })) };
  const chat = createChat({ model: scripted([ask, 'done']), tools: { pay } });
  const send = async (notice: Notice): Promise<void> => void told.push(notice);
  const runtime = createRuntime({
    chat,
    store,
    work: false,
    notifications: { send, ...more },
    onError: (error) => errors.push(error),
  });
  const key = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
  await runtime.send(key, 'pay', { author: 'ann' });
  const tick = (): Promise<number> => runtime.tick({ budget: 0 });
  await tick();
  const first = async () => (await runtime.inbox({ tenant: 'acme', manage: true })).items[0]!.call;
  const pass = async (milliseconds: number): Promise<void> => {
    now += milliseconds;
    await tick();
  };
  return { runtime, store, key, told, errors, tick, pass, first };
}

test('whoever is to be told is told once that a call waits', async () => {
  const { told, tick, pass, first, key } = await scene();
  expect(told).toMatchObject([{ type: 'call.waiting', at: 1_000, thread: { ...key, owner: 'ann' } }]);
  expect(told[0]!.call).toEqual(await first());
  await tick();
  await pass(1_000 * minute);
  expect(told).toHaveLength(1);
});

test('each of several calls has a notice of its own', async () => {
  const { told } = await scene({ calls: 20 });
  expect(new Set(told.map(({ id }) => id)).size).toBe(20);
});

test('what the same people were told is not told again when a colleague agrees or it is put off', async () => {
  const verdict = { ask: { approvers: ['ann', 'bob'], quorum: 2 } };
  const { told, runtime, key, first, pass } = await scene({ verdict });
  expect(told).toMatchObject([{ to: ['ann', 'bob'] }]);
  await runtime.decide(key, { call: (await first()).id, decision: { type: 'approve' }, by: 'ann' });
  await pass(minute);
  expect(told).toHaveLength(1);
});

test('who put a call off is told again when that is over', async () => {
  const { told, runtime, key, first, pass } = await scene();
  const until = new Date(1_000 + 60 * minute).toISOString();
  await runtime.decide(key, { call: (await first()).id, decision: { type: 'snooze', until }, by: 'ann' });
  await pass(minute);
  expect(told).toHaveLength(1);
  await pass(60 * minute);
  expect(told.map(({ type }) => type)).toEqual(['call.waiting', 'call.asked-again']);
});

test('when a call escalates the next ones are told', async () => {
  const escalate = { approvers: ['boss'] };
  const { told, pass } = await scene({
    verdict: { ask: { approvers: ['ann'], expiresIn: 10 * minute, onExpire: { escalate } } },
  });
  await pass(11 * minute);
  expect(told.map(({ type, to }) => [type, to])).toEqual([
    ['call.waiting', ['ann']],
    ['call.asked-again', ['boss']],
  ]);
});

test('what fails is tried again under the same id, later each time and not before it may', async () => {
  const tries: string[] = [];
  let retryAfter: number | undefined;
  const { pass } = await scene({
    retries: [10_000, 20_000, 40_000],
    async send({ id }) {
      tries.push(id);
      if (tries.length < 4) throw new ChatError('network', 'down', { ...(retryAfter !== undefined && { retryAfter }) });
    },
  });
  const counts: number[] = [];
  for (const milliseconds of [8_000, 4_000, 15_000, 8_000]) {
    retryAfter = counts.length === 3 ? 100_000 : undefined;
    await pass(milliseconds);
    counts.push(tries.length);
  }
  expect(counts).toEqual([1, 2, 2, 3]);
  await pass(60_000);
  expect(tries).toHaveLength(3);
  await pass(41_000);
  expect([tries.length, new Set(tries).size]).toEqual([4, 1]);
  await pass(1_000 * minute);
  expect(tries).toHaveLength(4);
});

test('what fails too often is given up, and said', async () => {
  let tries = 0;
  const send = async (): Promise<void> => {
    tries += 1;
    throw new Error('no');
  };
  const { pass, errors } = await scene({ retries: [1_000], send });
  await pass(2_000);
  await pass(1_000 * minute);
  expect(tries).toBe(2);
  expect(errors).toMatchObject([
    { message: expect.stringContaining('given up after 2 tries'), cause: { message: 'no' } },
  ]);
});

test('one that hangs holds up nobody, and is tried again', async () => {
  let tries = 0;
  const { first, pass } = await scene({
    timeout: 20,
    retries: [1_000],
    send: () => new Promise(() => (tries += 1)),
  });
  expect((await first()).state).toBe('awaiting-approval');
  await pass(2_000);
  expect(tries).toBe(2);
});

test('where nobody answers a tick comes back all the same, and the next one goes on', async () => {
  const asked = new Set<string>();
  const send = ({ call }: Notice): Promise<void> => {
    asked.add(call.id);
    return new Promise(() => {});
  };
  const { tick } = await scene({ timeout: 300, retries: [minute], calls: 40, send });
  expect(asked.size).toBeGreaterThan(0);
  expect(asked.size).toBeLessThan(40);
  await tick();
  await tick();
  expect(asked.size).toBe(40);
});

test('what is decided at once is told to nobody', async () => {
  const { told, runtime, key, first, pass } = await scene({ delay: 5_000, calls: 2 });
  await pass(3_000);
  expect(told).toEqual([]);
  await runtime.decide(key, { call: (await first()).id, decision: { type: 'approve' }, by: 'ann' });
  await pass(3_000);
  expect(told).toHaveLength(1);
  expect(told[0]!.call.id).toBe((await first()).id);
});

test('what nobody wants to be told of is not told later either', async () => {
  const asked: string[] = [];
  const only = ({ call }: Notice): boolean => asked.push(call.name) < 0;
  const { told, pass } = await scene({ only });
  await pass(minute);
  expect([told, asked]).toEqual([[], ['pay']]);
});

test('a runtime that closes while somebody is told leaves it to the next one, at once', async () => {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const store = memoryStore();
  const pay = tool({ description: 'pays', input: z.object({}), policy: 'ask', run: () => 'paid' });
  const chat = createChat({ model: scripted([{ calls: [{ name: 'pay', input: {} }] }]), tools: { pay } });
  const ids: string[] = [];
  const hanging = ({ id }: Notice): Promise<void> => {
    ids.push(id);
    resolve();
    return new Promise(() => {});
  };
  const first = createRuntime({ chat, store, notifications: { send: hanging } });
  const key = await first.threads.create({ tenant: 'acme' });
  await first.send(key, 'pay');
  await begun;
  await first.close();
  const send = async ({ id }: Notice): Promise<void> => void ids.push(id);
  const second = createRuntime({ chat, store, work: false, notifications: { send } });
  await second.tick({ budget: 0 });
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
});
