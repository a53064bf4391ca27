import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { usePostgres } from '../../test/postgres/use.ts';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import type { CheckAnswer } from '../chat/tool.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { CallFacts, CallStanding, ToolCall } from '../conversation/tool-call.ts';
import { memoryStore } from '../store/memory/index.ts';
import { postgresStore } from '../store/postgres/index.ts';
import { sqliteStore } from '../store/sqlite/index.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { append, asking, begin, key, logBehind, word } from '../testing/store/case.ts';
import { afterRestore } from './after-restore.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';

/** A shop that pays; what took effect stands in the list, by the key that it was done under. */
function shop(paid: string[], check?: (key: string) => CheckAnswer<string>) {
  const pay = tool({
    description: 'Pays',
    input: z.object({ amount: z.number() }),
    effect: 'once',
    policy: 'ask',
    run: ({ amount }, about) => {
      paid.push(about.key);
      return `paid ${amount}`;
    },
    ...(check && { check: (_: unknown, about: { readonly key: string }) => check(about.key) }),
  });
  const script = [{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'It is done.'];
  return createChat({ model: scripted(script, { turnBy: 'answers' }), tools: { pay } });
}

/** A machine on a store, which advances threads or lets others do that. */
async function onMachine<Answer>(
  { store, ...options }: { readonly store: Store; readonly chat: ReturnType<typeof shop>; readonly work: boolean },
  act: (runtime: Runtime) => Promise<Answer>,
): Promise<Answer> {
  const runtime = createRuntime({ ...options, store, sweep: 10 });
  try {
    return await act(runtime);
  } finally {
    await runtime.close();
    await store.close();
  }
}

/** The only call, when the thread has come to rest. */
async function rest(runtime: Runtime): Promise<ToolCall> {
  const { cursor } = (await runtime.read(key))!;
  const events = runtime.watch(key, { after: cursor });
  for (;;) {
    const { thread, messages } = (await runtime.read(key))!;
    const isAtRest = thread.lease === undefined && (thread.status === 'paused' || thread.status === 'done');
    if (isAtRest) return callsIn(messages)[0]!;
    await events.next();
  }
}

function callsIn(messages: readonly { readonly parts: readonly object[] }[]): readonly ToolCall[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => ('call' in part ? [part.call as ToolCall] : [])));
}

/** Somebody asks, and somebody approves; nobody works, so that nothing is started. */
async function approved(store: Store): Promise<void> {
  const chat = shop([]);
  await onMachine({ store, chat, work: false }, async (runtime) => {
    await runtime.threads.create(key);
    await runtime.send(key, 'Pay them.');
    await runtime.tick({ budget: 1 });
    const { items } = await runtime.inbox({ tenant: key.tenant });
    await runtime.decide(key, { call: items[0]!.call.id, decision: { type: 'approve' }, by: 'ann' });
  });
}

const advance = (store: Store, chat: ReturnType<typeof shop>): Promise<ToolCall> =>
  onMachine({ store, chat, work: true }, rest);

/** A place that keeps threads, and a copy of it as it was. */
interface Backup {
  readonly open: () => Store;
  readonly copy: () => Promise<() => Store>;
}

const folder = mkdtempSync(join(tmpdir(), 'yourcall-restore-'));
afterAll(() => rmSync(folder, { recursive: true }));
const server = usePostgres();
let places = 0;

async function file(): Promise<Backup> {
  places += 1;
  const path = join(folder, `${places}.db`);
  const copy = async (): Promise<() => Store> => {
    copyFileSync(path, `${path}.copy`);
    return () => sqliteStore(`${path}.copy`);
  };
  return { open: () => sqliteStore(path), copy };
}

async function database(): Promise<Backup> {
  places += 1;
  const name = `shop_${places}`;
  await server.pool.query(`create database ${name}`);
  const at = (database: string): Store => {
    const url = new URL(server.connectionString);
    url.pathname = `/${database}`;
    return postgresStore({ connectionString: url.href });
  };
  const copy = async (): Promise<() => Store> => {
    await server.pool.query(`create database ${name}_copy template ${name}`);
    return () => at(`${name}_copy`);
  };
  return { open: () => at(name), copy };
}

describe.each([
  ['a file of SQLite', file],
  ['a database of Postgres', database],
] as const)('%s is restored as it was when a call had been approved', (_, make) => {
  /** The effect takes place after the backup was made. */
  async function restored(paid: string[]): Promise<() => Store> {
    const { open, copy } = await make();
    await approved(open());
    const openCopy = await copy();
    expect(await advance(open(), shop(paid))).toMatchObject({ state: 'completed', output: 'paid 5' });
    expect(paid).toHaveLength(1);
    return openCopy;
  }

  async function putInOrder(store: Store): Promise<void> {
    expect(await afterRestore(store)).toEqual({ threads: 1, calls: 1 });
    await store.close();
  }

  test('and what it does takes place a second time, if nobody puts it in order (the control)', async () => {
    const paid: string[] = [];
    const open = await restored(paid);
    expect(await advance(open(), shop(paid))).toMatchObject({ state: 'completed' });
    expect(paid).toHaveLength(2);
  });

  test('and put in order: a person says that it happened, and it does not happen twice (E8)', async () => {
    const paid: string[] = [];
    const open = await restored(paid);
    await putInOrder(open());
    const chat = shop(paid);
    const call = await advance(open(), chat);
    expect(call).toMatchObject({ state: 'in-doubt', reason: expect.stringContaining('in which this was approved') });
    await onMachine({ store: open(), chat, work: false }, async (runtime) => {
      const decision = { type: 'happened', output: 'paid 5' } as const;
      expect((await runtime.decide(key, { call: call.id, decision, by: 'ann' })).type).toBe('applied');
    });
    expect(await advance(open(), chat)).toMatchObject({ state: 'completed', by: 'person' });
    expect(paid).toHaveLength(1);
  });

  test('and put in order: the check of its tool is asked first, by the same key (E2, E8)', async () => {
    const paid: string[] = [];
    const open = await restored(paid);
    await putInOrder(open());
    const check = (by: string): CheckAnswer<string> => (paid.includes(by) ? { happened: 'paid 5' } : 'did-not-happen');
    expect(await advance(open(), shop(paid, check))).toMatchObject({ state: 'completed', by: 'check' });
    expect(paid).toHaveLength(1);
  });
});

/** How a call of `asking` came where it stands. */
const cases: Readonly<Record<string, { readonly facts?: Partial<CallFacts>; readonly to: CallStanding }>> = {
  once: { facts: { effect: 'once' }, to: { state: 'approved', by: 'person' } },
  idempotent: { facts: { effect: 'idempotent' }, to: { state: 'approved', by: 'policy' } },
  'of no known class': { to: { state: 'approved', by: 'policy' } },
  read: { facts: { effect: 'read' }, to: { state: 'approved', by: 'policy' } },
  asked: { facts: { effect: 'once' }, to: { state: 'awaiting-approval' } },
  'at its provider': { facts: { providerExecuted: true }, to: { state: 'running' } },
  'told to its provider': {
    facts: { providerExecuted: true, attempt: { number: 1, startedAt: 1, deadline: 2 } },
    to: { state: 'running' },
  },
};

const allowed = { state: 'approved', by: 'policy' } as const;

function moved(id: string, ...standings: readonly (Partial<CallFacts> & CallStanding)[]): readonly ChatEvent[] {
  return standings.map((to, index) => ({ type: 'tool', call: { id, name: 'pay', revision: index + 3, ...to } }));
}

async function withCalls(store: Store, at: ThreadKey = key): Promise<void> {
  await begin(store, at);
  const events = Object.entries(cases).flatMap(([id, { facts, to }], index): readonly ChatEvent[] => [
    ...asking(`m${index}`, id),
    ...moved(id, ...(to.state === 'running' ? [allowed] : []), { ...facts, ...to }),
  ]);
  await append(store, events, { ...at, status: 'paused' });
}

async function states(store: Store, at: ThreadKey = key): Promise<Readonly<Record<string, string>>> {
  const { messages = [] } = (await store.load(at)) ?? {};
  return Object.fromEntries(callsIn(messages).map(({ id, state }) => [id, state]));
}

const putInDoubt = {
  once: 'in-doubt',
  idempotent: 'in-doubt',
  'of no known class': 'in-doubt',
  read: 'approved',
  asked: 'awaiting-approval',
  'at its provider': 'running',
  'told to its provider': 'in-doubt',
};

describe('after a restore', () => {
  let store: Store;
  beforeAll(() => void (store = memoryStore({ now: () => 7_000 })));

  test('every call that may have been started is in doubt, unless it is known to read (E8)', async () => {
    await withCalls(store);
    const before = (await store.load(key))!.thread.seq;
    expect(await afterRestore(store)).toEqual({ threads: 1, calls: 4 });
    expect(await states(store)).toEqual(putInDoubt);
    // Whoever watches the thread is told, behind what the log has (S5).
    const { rows } = (await logBehind(store, before))!;
    expect(rows.map(({ from, to }) => [from, to])).toEqual([[before + 1, before + 4]]);
    expect(rows[0]?.events[0]).toMatchObject({ type: 'tool', call: { id: 'once', state: 'in-doubt', askedAt: 7_000 } });
    expect((await store.load(key))?.thread).toMatchObject({ status: 'working', wakeAt: 7_000 });
  });

  test('a second time nothing more is changed (E8)', async () => {
    const before = (await store.load(key))!.thread.seq;
    expect(await afterRestore(store)).toEqual({ threads: 1, calls: 0 });
    expect([await states(store), (await store.load(key))!.thread.seq]).toEqual([putInDoubt, before]);
  });

  test('the deadline of an attempt that is known still counts (E2)', async () => {
    const beside = memoryStore({ now: () => 7_000 });
    await begin(beside);
    const attempt = { number: 2, startedAt: 6_000, deadline: 9_000 };
    await append(beside, [...asking('m1', 'c1'), ...moved('c1', allowed, { attempt, state: 'running' })]);
    await afterRestore(beside);
    const runtime = createRuntime({ chat: { shop: shop([]) }, store: beside, work: false });
    const answer = await runtime.decide(key, { call: 'c1', decision: { type: 'run-again' } });
    expect(answer).toMatchObject({ type: 'too-early', until: 9_000, call: { attempt } });
    expect(callsIn((await beside.load(key))!.messages)[0]).toMatchObject({
      reason: expect.stringContaining('in which this was running'),
    });
    await runtime.close();
  });

  test('a thread that has failed is put in order, and not tried again by that (E8)', async () => {
    const failed = { tenant: 'acme', thread: 'failed' };
    await withCalls(store, failed);
    await append(store, [], { ...failed, status: 'failed', error: 'poisoned' });
    expect(await afterRestore(store)).toEqual({ threads: 2, calls: 4 });
    const { thread } = (await store.load(failed))!;
    expect([thread.status, thread.error, thread.wakeAt]).toEqual(['failed', 'poisoned', undefined]);
    expect(await states(store, failed)).toEqual(putInDoubt);
  });

  test('one that somebody advances keeps all of them as they are, unless it is forced (E8)', async () => {
    const held = { tenant: 'zoo', thread: 'held' };
    await withCalls(store, held);
    await append(store, [word('w1')], { ...held, wake: 'now' });
    await store.claim({ key: held, chats: ['shop'], holder: 'worker 7', lease: 60_000 });
    await expect(afterRestore(store)).rejects.toMatchObject({
      code: 'busy',
      message:
        'Putting threads in order after a restore: worker 7 advances thread held of tenant zoo; stop whoever works on them first.',
    });
    expect(await states(store, held)).toMatchObject({ once: 'approved' });
    expect(await afterRestore(store, { force: true })).toEqual({ threads: 3, calls: 4 });
  });
});

test('what was begun when it ended in the middle is brought to its end the next time (E8)', async () => {
  const store = memoryStore();
  const keys = ['t1', 't2', 't3'].map((thread) => ({ tenant: 'acme', thread }));
  for (const one of keys) await withCalls(store, one);
  let left = 1;
  const dying = new Proxy(store, {
    get(target, name: keyof Store) {
      if (name === 'append' && left-- <= 0) throw new Error('the power is gone');
      return (target[name] as () => unknown).bind(target);
    },
  });
  await expect(afterRestore(dying)).rejects.toThrow('the power is gone');
  // What is not in doubt yet is started by nobody.
  const claim = { chats: ['shop'], holder: 'h', lease: 60_000 };
  const claimed = await store.claim(claim);
  expect(await states(store, claimed!.thread)).toEqual(putInDoubt);
  expect(await store.claim(claim)).toBeUndefined();
  expect(await afterRestore(store, { force: true })).toEqual({ threads: 3, calls: 8 });
  for (const one of keys) expect(await states(store, one)).toEqual(putInDoubt);
});
