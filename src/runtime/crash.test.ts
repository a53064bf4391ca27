import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';
import type { DurableChat, Runtime } from './index.ts';

/** When a process is cut off from its store: for good when it dies, for a while when it is frozen. */
interface Cut {
  readonly append: number;
  readonly when: 'before' | 'after';
  /** Milliseconds until it thaws; never when it dies. */
  readonly thaws?: number;
}

/** A process: a runtime, and whether it was cut off. */
interface Process {
  readonly runtime: Runtime;
  readonly wasCut: () => boolean;
}

const lease = 60;
const open: Runtime[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function processOn(
  store: Store,
  chat: DurableChat,
  { cut, work = true }: { cut?: Cut | undefined; work?: boolean },
): Process {
  let appends = 0;
  let thawed: Promise<unknown> | undefined;
  const freeze = (): void => {
    thawed = new Promise((resolve) => void (cut?.thaws !== undefined && setTimeout(resolve, cut.thaws)));
  };
  const reach: Store = new Proxy(store, {
    get(target, name: keyof Store) {
      if (name === 'subscribe') return target.subscribe.bind(target);
      return async (...given: never[]) => {
        // What was sent before it froze is answered first: renewals come too late to help.
        if (thawed && name !== 'append') await thawed.then(() => new Promise((resolve) => setTimeout(resolve, 30)));
        await thawed;
        appends += name === 'append' ? 1 : 0;
        const isHere = name === 'append' && appends === cut?.append;
        if (isHere && cut.when === 'before') freeze();
        await thawed;
        // The methods take what they are given, by whatever name.
        const answer = await (target[name] as (...all: never[]) => Promise<unknown>)(...given);
        if (isHere && cut.when === 'after') freeze();
        await thawed;
        return answer;
      };
    },
  });
  const runtime = createRuntime({ chat, store: reach, work, lease, sweep: 15, onError: () => {} });
  // One that is dead cannot be closed.
  if (!cut || cut.thaws !== undefined) open.push(runtime);
  return { runtime, wasCut: () => thawed !== undefined };
}

/** Two tools and four kinds of decision; what took effect stands in the list. */
function office(): { readonly chat: DurableChat; readonly effects: string[] } {
  const effects: string[] = [];
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
      run: ({ amount }) => {
        effects.push(`${name} ${amount}`);
        return `${name} ${amount} done`;
      },
    });
  const tools = { pay: acting('pay', 'once'), look: acting('look', 'read') };
  const turn = [1, 2, 3].map((amount) => ({ name: 'pay', input: { amount } }));
  const script = [{ calls: [...turn, { name: 'look', input: { amount: 0 } }] }, 'all done'];
  return { chat: createChat({ model: scripted(script, { turnBy: 'answers' }), tools }), effects };
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
    if ((await store.load(key))?.thread.status === 'done') return;
    await person(runtime, key, effects);
    onTurn();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`it did not end: ${JSON.stringify(await store.load(key))}`);
}

interface Scene {
  readonly store: Store;
  readonly key: ThreadKey;
  readonly effects: readonly string[];
  readonly onTurn: () => unknown;
}

interface Played {
  readonly paid: readonly string[];
  readonly states: readonly string[];
  readonly wasCut: boolean;
}

/** A run in two processes, of which one is cut off; somebody decides by the other one. */
async function play(cut?: Cut): Promise<Played> {
  const store = memoryStore();
  const { chat, effects } = office();
  const key = { tenant: 'acme', thread: 't1' };
  await store.create({ ...key, chat: 'default' });
  const first = processOn(store, chat, { cut });
  const second = processOn(store, chat, { work: false });
  await second.runtime.send(key, 'go');
  const stop = new AbortController();
  const startSecond = (): void => void second.runtime.work({ signal: stop.signal });
  await toTheEnd(second.runtime, { store, key, effects, onTurn: () => first.wasCut() && startSecond() });
  stop.abort();
  await new Promise((resolve) => setTimeout(resolve, (cut?.thaws ?? 0) + 20));
  const states = (await callsOf(store, key)).map(({ state, name }) => `${name} ${state}`);
  return { paid: effects.filter((effect) => effect.startsWith('pay')).toSorted(), states, wasCut: first.wasCut() };
}

const states = ['pay completed', 'pay completed', 'pay completed', 'look completed'];
const paid = ['pay 1', 'pay 20', 'pay 3'];

async function everyCut(more: Pick<Cut, 'thaws'>): Promise<void> {
  let cuts = 0;
  for (const when of ['before', 'after'] as const) {
    for (let append = 1; append <= 12; append += 1) {
      const { wasCut, ...played } = await play({ append, when, ...more });
      cuts += wasCut ? 1 : 0;
      expect({ cut: `${when} append ${append}`, ...played }).toEqual({ cut: `${when} append ${append}`, paid, states });
    }
  }
  expect(cuts).toBeGreaterThan(15);
}

describe('a thread that two processes advance', () => {
  test('comes to its end', async () => {
    expect(await play()).toEqual({ paid, states, wasCut: false });
  });

  test('comes to the same end when one dies at any append, nothing twice and nothing lost (E1, E8)', async () => {
    await everyCut({});
  }, 60_000);

  test('comes to the same end when one freezes at any append and thaws when it has lost the thread (E2, E3, E9)', async () => {
    await everyCut({ thaws: 200 });
  }, 60_000);
});
