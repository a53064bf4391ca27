import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { databases } from '../../test/threads/databases.ts';
import type { OpenStore, RunningDatabase } from '../../test/threads/databases.ts';
import { Line } from '../../test/threads/line.ts';
import type { Cut } from '../../test/threads/line.ts';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { askChat, createRuntime } from './index.ts';
import type { DurableChat, Runtime } from './index.ts';

/** Chats of which each works for the one before it, two deep, and the last one pays when a person lets it. */
function chatsOf(effects: string[], line: Line): Readonly<Record<string, DurableChat>> {
  const pay = tool({
    description: 'pay',
    input: z.object({}),
    effect: 'once',
    policy: 'ask',
    timeout: 40,
    run: async () => {
      await line.pass('effect', () => effects.push('paid'));
      return 'paid';
    },
  });
  const asks = (name: string): DurableChat => {
    const script = [{ calls: [{ name: 'ask', input: { task: `Go, ${name}` } }] }, `${name} is done.`];
    const tools = { ask: askChat(name, name) };
    return createChat({ model: scripted(script, { turnBy: 'answers' }), tools });
  };
  const script = [{ calls: [{ name: 'pay', input: {} }] }, 'It is paid.'];
  const clerk = createChat({ model: scripted(script, { turnBy: 'answers' }), tools: { pay } });
  return { default: asks('manager'), manager: asks('clerk'), clerk: clerk };
}

function processOn(store: Store, effects: string[], { lease, cut, work }: Machine) {
  const line = new Line(cut);
  const chat = chatsOf(effects, line);
  const runtime = createRuntime({ chat, store: line.to(store), work, lease, sweep: 15, onError: () => {} });
  return { runtime, wasCut: () => line.thawed !== undefined };
}

interface Machine {
  readonly lease: number;
  readonly cut?: Cut | undefined;
  readonly work: boolean;
}

/** Somebody who approves what waits, and says of what is in doubt what is true. */
async function person(runtime: Runtime, key: ThreadKey, effects: readonly string[]): Promise<void> {
  const { items } = await runtime.inbox({ tenant: key.tenant, thread: key.thread });
  for (const { call, thread } of items) {
    const about = { call: call.id, by: 'ann' };
    if (call.state === 'awaiting-approval') await runtime.decide(thread, { ...about, decision: { type: 'approve' } });
    else if (call.state === 'in-doubt') {
      const happened = { type: 'happened', output: 'paid' } as const;
      await runtime.decide(thread, { ...about, decision: effects.length > 0 ? happened : { type: 'run-again' } });
    }
  }
}

async function callsIn(store: Store, key: ThreadKey): Promise<readonly ToolCall[]> {
  const { messages = [] } = (await store.load(key)) ?? {};
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

/** A run in two processes, of which one is cut off; somebody decides by the other one. */
async function play(openStore: OpenStore, lease: number, cut?: Cut): Promise<Played> {
  const [store, beside] = [openStore(), openStore()];
  const effects: string[] = [];
  const key = { tenant: 'acme', thread: 't1' };
  await store.create({ ...key, chat: 'default' });
  const first = processOn(beside, effects, { lease, cut, work: true });
  const second = processOn(store, effects, { lease, work: false });
  await second.runtime.send(key, 'go');
  const stop = new AbortController();
  for (let turn = 0; (await store.load(key))?.thread.status !== 'done'; turn += 1) {
    if (turn === 600) throw new Error(`it did not end: ${JSON.stringify(await store.load(key))}`);
    await person(second.runtime, key, effects);
    if (first.wasCut()) void second.runtime.work({ signal: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stop.abort();
  const { items } = await store.list({ tenant: key.tenant, within: key.thread });
  const calls = await Promise.all([key, ...items].map((one) => callsIn(store, one)));
  await second.runtime.close();
  if (!cut) await first.runtime.close();
  await Promise.all([store.close(), beside.close()]);
  const states = calls.flat().map(({ name, state }) => `${name} ${state}`);
  return { effects, states: states.toSorted(), answer: outputOf(calls[0]![0]!), wasCut: first.wasCut() };
}

function outputOf(call: ToolCall): unknown {
  return call.state === 'completed' ? call.output : call.state;
}

interface Played {
  readonly effects: readonly string[];
  readonly states: readonly string[];
  readonly answer: unknown;
  readonly wasCut: boolean;
}

const end = {
  effects: ['paid'],
  states: ['ask completed', 'ask completed', 'pay completed'],
  answer: 'clerk is done.',
};

describe.each(databases)('threads within threads on $name', ({ start, lease }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());

  test('come to their end, two deep (C3)', async () => {
    expect(await play(database.fresh(), lease)).toEqual({ ...end, wasCut: false });
  });

  test('come to the same end when a process dies at any append: each opened once, nothing twice (C3, E1, E8)', async () => {
    const cuts = (['before', 'after'] as const).flatMap((when) =>
      Array.from({ length: 16 }, (_, index): Cut => ({ of: 'append', when, at: index + 1 })),
    );
    let reached = 0;
    const left = cuts.values();
    const playOn = async (): Promise<void> => {
      for (const cut of left) {
        const { wasCut, ...played } = await play(database.fresh(), lease, cut);
        reached += wasCut ? 1 : 0;
        expect({ cut, ...played }).toEqual({ cut, ...end });
      }
    };
    await Promise.all([playOn(), playOn(), playOn()]);
    expect(reached).toBeGreaterThan(20);
  }, 90_000);
});
