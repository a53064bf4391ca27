import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Model, ModelEvent } from '../../src/chat/model.ts';
import { tool } from '../../src/chat/tool.ts';
import { textOf } from '../../src/conversation/message.ts';
import type { Message } from '../../src/conversation/message.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat, Runtime } from '../../src/runtime/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { databases } from './databases.ts';
import type { RunningDatabase } from './databases.ts';

/** A machine that works, and a desk at another one at which people speak. */
interface Scene {
  readonly machine: Runtime;
  readonly desk: Runtime;
  readonly key: ThreadKey;
}

/** How a model begins that is to be interrupted. */
type Beginning = (signal: AbortSignal) => AsyncGenerator<ModelEvent>;

/** A model that begins, and answers whatever is said after that in one go. */
function begins(beginning: Beginning): { readonly model: Model; readonly asked: readonly (readonly string[])[] } {
  const asked: string[][] = [];
  const model: Model = {
    provider: 'test',
    id: 'm',
    async *stream({ messages, signal }) {
      asked.push(messages.map(textOf));
      if (asked.length === 1) return yield* beginning(signal);
      yield { type: 'text', delta: 'Stopped.' };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  return { model, asked };
}

/** Speaks until it is stopped. */
const speaks: Beginning = async function* (signal) {
  while (!signal.aborted) {
    yield { type: 'text', delta: 'one ' };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Thinks until it is stopped, and says nothing. */
const thinks: Beginning = async function* (signal) {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  // Never reached with its reader there.
  yield { type: 'text', delta: 'late' };
};

/** Says a word and a whole call, and goes on thinking. */
const calls: Beginning = async function* (signal) {
  yield { type: 'text', delta: 'one ' };
  yield { type: 'call', name: 'pay', arguments: '{"amount":5}' };
  yield* thinks(signal);
};

/** What the messages say: a word in quotes, with its calls, marked where it was cut. */
function script(messages: readonly Message[]): readonly string[] {
  return messages.map(({ role, parts, interrupted }) => {
    const said = parts.map((part) => {
      if (part.type === 'tool') return `${part.call.name} ${part.call.state}`;
      return part.type === 'text' ? part.text.replaceAll(/(one )+/g, 'one') : part.type;
    });
    return `${role}: ${said.join(' + ')}${interrupted ? ' (cut)' : ''}`;
  });
}

/** Waits until a thread is so. */
async function until({ desk, key }: Scene, holds: (read: ReadOf) => boolean): Promise<ReadOf> {
  for (;;) {
    const read = (await desk.read(key))!;
    if (holds(read)) return read;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type ReadOf = NonNullable<Awaited<ReturnType<Runtime['read']>>>;

const isDone = ({ thread }: ReadOf): boolean => thread.status === 'done';
const speaking = ({ messages }: ReadOf): boolean => messages.at(-1)!.role === 'assistant';

const states = ({ messages }: ReadOf): readonly string[] =>
  messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call.state] : [])));

const callsIn = async ({ desk, key }: Scene): Promise<readonly string[]> =>
  (await desk.inbox({ ...key })).items.map(({ call }) => call.id);

/** Nothing comes by hints, and renewals are far apart: what is due is looked for. */
function deaf(store: Store): Store {
  return new Proxy(store, {
    get: (target, name: keyof Store) =>
      name === 'subscribe' || name === 'onWake' ? () => () => {} : target[name].bind(target),
  });
}

describe.each(databases)('saying something at any time, on $name', ({ start }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function scene(chat: DurableChat, hears: (store: Store) => Store = (store) => store): Promise<Scene> {
    const openStore = database.fresh();
    const stores = [openStore(), openStore()] as const;
    // So long a lease is not renewed while a test lasts.
    const more = { chat, sweep: 20, lease: 60_000 };
    const machine = createRuntime({ ...more, store: hears(stores[0]) });
    const desk = createRuntime({ ...more, store: stores[1], work: false });
    open.push(machine, desk, ...stores);
    return { machine, desk, key: await desk.threads.create({ tenant: 'acme', thread: 't1' }) };
  }

  test.each(['interrupt', 'supersede'] as const)(
    'a word that is to %s stops the model that speaks on another machine, which hears of it by what it writes (D3, D8, L8)',
    async (how) => {
      const { model, asked } = begins(speaks);
      const at = await scene(createChat({ model }), deaf);
      await at.desk.send(at.key, 'Count');
      await until(at, (read) => speaking(read) && read.messages.at(-1)!.parts.length > 0);
      expect((await at.desk.send(at.key, 'Stop', { while: how })).type).toBe('sent');
      const { messages } = await until(at, isDone);
      const told = ['user: Count', 'assistant: one (cut)', 'user: Stop', 'assistant: Stopped.'];
      expect(script(messages)).toEqual(told);
      expect(asked.map((one) => one.length)).toEqual([1, 3]);
    },
  );

  test('a word interrupts a model that only thinks, by the hint that something was said (D8, S3)', async () => {
    const { model, asked } = begins(thinks);
    const at = await scene(createChat({ model }));
    await at.desk.send(at.key, 'Count');
    await until(at, speaking);
    await at.desk.send(at.key, 'Stop', { while: 'interrupt' });
    const { messages } = await until(at, isDone);
    expect(script(messages)).toEqual(['user: Count', 'user: Stop', 'assistant: Stopped.']);
    expect(asked).toEqual([['Count'], ['Count', 'Stop']]);
  });

  test('a whole call in the answer that was cut is cancelled, and its tool does not run (D8, L8)', async () => {
    const paid: unknown[] = [];
    const run = (): unknown => paid.push('paid');
    const input = z.object({ amount: z.number() });
    const pay = tool({ description: 'pays', input, effect: 'once', policy: 'allow', run });
    const { model } = begins(calls);
    const at = await scene(createChat({ model, tools: { pay } }));
    await at.desk.send(at.key, 'Pay');
    await until(at, (read) => speaking(read) && read.messages.at(-1)!.parts.length === 2);
    await at.desk.send(at.key, 'No!', { while: 'interrupt' });
    const { messages } = await until(at, isDone);
    const cut = 'assistant: one + pay cancelled (cut)';
    expect(script(messages)).toEqual(['user: Pay', cut, 'user: No!', 'assistant: Stopped.']);
    expect(paid).toEqual([]);
  });

  test('a word that is queued lets the model speak to its end, and is answered then (D8)', async () => {
    const spoken = Promise.withResolvers<void>();
    const { model, asked } = begins(async function* () {
      yield { type: 'text', delta: 'one ' };
      await spoken.promise;
      yield { type: 'finish', reason: 'stop' };
    });
    const at = await scene(createChat({ model }));
    await at.desk.send(at.key, 'Count');
    await until(at, speaking);
    expect((await at.desk.send(at.key, 'Go on')).type).toBe('sent');
    spoken.resolve();
    const { messages } = await until(at, (read) => isDone(read) && read.messages.length === 4);
    expect(script(messages)).toEqual(['user: Count', 'assistant: one', 'user: Go on', 'assistant: Stopped.']);
    expect(asked.map((one) => one.length)).toEqual([1, 3]);
  });

  /** A turn that looks, which takes until it is let go, and pays twice, which asks. */
  async function looking(): Promise<Scene & { readonly done: () => void; readonly effects: readonly string[] }> {
    const seen = Promise.withResolvers<void>();
    const effects: string[] = [];
    const input = z.object({});
    const look = tool({ description: 'looks', input, effect: 'read', run: () => seen.promise.then(() => 'seen') });
    const run = (): unknown => effects.push('paid');
    const pay = tool({ description: 'pays', input, effect: 'once', policy: 'ask', run });
    const script = [{ calls: ['look', 'pay', 'pay'].map((name) => ({ name, input: {} })) }, 'Well.', 'And well.'];
    const model = scripted(script, { turnBy: 'answers' });
    const at = await scene(createChat({ model, tools: { look, pay } }));
    await at.desk.send(at.key, 'Look and pay');
    await until(at, (read) => `${states(read)}` === 'running,awaiting-approval,awaiting-approval');
    return { ...at, done: () => seen.resolve(), effects };
  }

  test('a word interrupts no tool: it is queued behind the calls, and says behind which (D8)', async () => {
    const at = await looking();
    const sent = await at.desk.send(at.key, 'Hurry', { while: 'interrupt' });
    expect(sent.type === 'queued' && sent.behind.length).toBe(3);
    at.done();
    const read = await until(at, ({ thread }) => thread.status === 'paused');
    expect(states(read)).toEqual(['completed', 'awaiting-approval', 'awaiting-approval']);
    for (const call of await callsIn(at)) await at.desk.decide(at.key, { call, decision: { type: 'approve' } });
    const { messages } = await until(at, isDone);
    expect(script(messages).slice(2)).toEqual(['user: Hurry', 'assistant: Well.']);
  });

  test('a word that supersedes cancels what was not started on another machine, and nothing that runs (D8)', async () => {
    const at = await looking();
    const [first] = await callsIn(at);
    const monday = new Date(Date.now() + 86_400_000).toISOString();
    await at.desk.decide(at.key, { call: first!, decision: { type: 'snooze', until: monday } });
    const sent = await at.desk.send(at.key, 'Leave it', { while: 'supersede' });
    expect(sent.type === 'queued' && sent.behind.length).toBe(1);
    expect(states((await at.desk.read(at.key))!)).toEqual(['running', 'cancelled', 'cancelled']);
    at.done();
    const read = await until(at, isDone);
    expect(states(read)).toEqual(['completed', 'cancelled', 'cancelled']);
    expect(script(read.messages).slice(2)).toEqual(['user: Leave it', 'assistant: Well.']);
    expect(at.effects).toEqual([]);
  });

  test('a call that somebody approves elsewhere starts though another one still runs (D3)', async () => {
    const at = await looking();
    const [first] = await callsIn(at);
    await at.desk.decide(at.key, { call: first!, decision: { type: 'approve' } });
    await until(at, (read) => `${states(read)}` === 'running,completed,awaiting-approval');
    expect(at.effects).toEqual(['paid']);
    at.done();
    await until(at, ({ thread }) => thread.status === 'paused');
  });
});
