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
import { createRuntime } from './runtime.ts';
import type { DurableChat, Runtime } from './index.ts';

/** A process: a runtime, and whether it was cut off. */
interface Process {
  readonly runtime: Runtime;
  readonly wasCut: () => boolean;
  /** By what name it has its thread. */
  readonly holder: () => string | undefined;
  /** Told that it has its thread no more. */
  readonly hasLost: () => void;
}

/** What a process does, and what becomes of it. */
interface ProcessOptions {
  readonly lease: number;
  readonly cut?: Cut | undefined;
  readonly work?: boolean;
}

function processOn(store: Store, effects: string[], { lease, cut, work = true }: ProcessOptions): Process {
  const line = new Line(cut);
  const reach = line.to(store);
  const chat = office(effects, line);
  const runtime = createRuntime({ chat, store: reach, work, lease, sweep: 15, onError: () => {} });
  return {
    runtime,
    wasCut: () => line.thawed !== undefined,
    holder: () => line.holder,
    hasLost: () => line.hasLost(),
  };
}

/** Two tools and four kinds of decision; what took effect stands in the list. */
function office(effects: string[], line: Line): DurableChat {
  const acting = (name: string, effect: 'once' | 'read') =>
    tool({
      description: name,
      input: z.object({ amount: z.number() }),
      effect,
      timeout: 40,
      policy: ({ amount }, { due }) => {
        if (effect === 'read') return 'allow';
        if (amount !== 3) return 'ask';
        return due ? 'allow' : { defer: new Date(Date.now() + 5) };
      },
      run: async ({ amount }) => {
        await line.pass('effect', () => effects.push(`${name} ${amount}`));
        return `${name} ${amount} done`;
      },
    });
  const tools = { pay: acting('pay', 'once'), look: acting('look', 'read') };
  const turn = [1, 2, 3].map((amount) => ({ name: 'pay', input: { amount } }));
  const script = [{ calls: [...turn, { name: 'look', input: { amount: 0 } }] }, 'all done'];
  return createChat({ model: scripted(script, { turnBy: 'answers' }), tools });
}

async function callsOf(store: Store, key: ThreadKey): Promise<readonly ToolCall[]> {
  const { messages = [] } = (await store.load(key)) ?? {};
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

/** Somebody who looks at what waits, and knows what took effect: approves, edits, and says of what is in doubt what is true. */
async function person(runtime: Runtime, key: ThreadKey, effects: readonly string[]): Promise<void> {
  const { items } = await runtime.inbox({ tenant: key.tenant, thread: key.thread });
  for (const { call } of items) {
    const { amount } = call.input as { amount: number };
    if (call.state === 'awaiting-approval') {
      const input = amount === 2 ? { input: { amount: 20 } } : {};
      await runtime.decide(key, { call: call.id, decision: { type: 'approve', ...input }, by: 'ann' });
    } else if (call.state === 'in-doubt') {
      const happened = effects.includes(`${call.name} ${amount}`);
      const output = `${call.name} ${amount} done`;
      const decision = happened ? ({ type: 'happened', output } as const) : ({ type: 'run-again' } as const);
      await runtime.decide(key, { call: call.id, decision, by: 'ann' });
    }
  }
}

async function toTheEnd(runtime: Runtime, { store, key, effects, onTurn }: Scene): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) {
    const thread = (await store.load(key))?.thread;
    onTurn(thread?.lease?.holder);
    if (thread?.status === 'done') return;
    await person(runtime, key, effects);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`it did not end: ${JSON.stringify(await store.load(key))}`);
}

interface Scene {
  readonly store: Store;
  readonly key: ThreadKey;
  readonly effects: readonly string[];
  /** Told who has the thread. */
  readonly onTurn: (holder: string | undefined) => void;
}

interface Played {
  readonly paid: readonly string[];
  readonly states: readonly string[];
  readonly wasCut: boolean;
}

/** A run in two processes, of which one is cut off; somebody decides by the other one. */
async function play(openStore: OpenStore, lease: number, cut?: Cut): Promise<Played> {
  const [store, beside] = [openStore(), openStore()];
  const effects: string[] = [];
  const key = { tenant: 'acme', thread: 't1' };
  await store.create({ ...key, chat: 'default' });
  const first = processOn(beside, effects, { lease, cut });
  const second = processOn(store, effects, { lease, work: false });
  await second.runtime.send(key, 'go');
  const stop = new AbortController();
  const onTurn = (holder: string | undefined): void => {
    if (!first.wasCut()) return;
    if (holder !== first.holder()) first.hasLost();
    void second.runtime.work({ signal: stop.signal });
  };
  await toTheEnd(second.runtime, { store, key, effects, onTurn });
  first.hasLost();
  stop.abort();
  await new Promise((resolve) => setTimeout(resolve, (cut?.thaws ?? 0) + 20));
  const states = (await callsOf(store, key)).map(({ state, name }) => `${name} ${state}`);
  await second.runtime.close();
  // One that is dead cannot be closed.
  if (cut?.thaws !== undefined || !cut) await first.runtime.close();
  await Promise.all([store.close(), beside.close()]);
  return { paid: effects.filter((effect) => effect.startsWith('pay')).toSorted(), states, wasCut: first.wasCut() };
}

const states = ['pay completed', 'pay completed', 'pay completed', 'look completed'];
const paid = ['pay 1', 'pay 20', 'pay 3'];
const moments = ['before', 'after'] as const;

/** Every place at which a process can be cut off. */
function cutsOf(of: Cut['of'], upTo: number): readonly Cut[] {
  return moments.flatMap((when) => Array.from({ length: upTo }, (_, index) => ({ of, when, at: index + 1 })));
}

describe.each(databases)('a thread on $name that two processes advance', ({ start, lease }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());

  /** Plays every cut, a few at once: they mostly wait. Gives how many were reached. */
  async function everyCut(cuts: readonly Cut[]): Promise<number> {
    let reached = 0;
    const left = cuts.values();
    const playOn = async (): Promise<void> => {
      for (const cut of left) {
        const { wasCut, ...played } = await play(database.fresh(), lease, cut);
        reached += wasCut ? 1 : 0;
        const { when, of, at } = cut;
        expect({ cut: `${when} ${of} ${at}`, ...played }).toEqual({ cut: `${when} ${of} ${at}`, paid, states });
      }
    };
    await Promise.all([playOn(), playOn(), playOn()]);
    return reached;
  }

  test('comes to its end', async () => {
    expect(await play(database.fresh(), lease)).toEqual({ paid, states, wasCut: false });
  });

  test('comes to the same end when one dies at any append, nothing twice and nothing lost (E1, E8)', async () => {
    expect(await everyCut(cutsOf('append', 12))).toBeGreaterThan(11);
  }, 60_000);

  test('comes to the same end when one dies right before or right after any effect (E1, E2)', async () => {
    expect(await everyCut(cutsOf('effect', 4))).toBe(8);
  }, 60_000);

  test('comes to the same end when one freezes at any append and thaws when it has lost the thread (E2, E3, E9)', async () => {
    const cuts = cutsOf('append', 12).map((cut) => ({ ...cut, thaws: 60 }));
    expect(await everyCut(cuts)).toBeGreaterThan(11);
  }, 60_000);
});
