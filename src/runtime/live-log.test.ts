import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import type { Model } from '../chat/model.ts';
import { tool } from '../chat/tool.ts';
import { apply } from '../conversation/apply.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime, RuntimeOptions } from './index.ts';

const open: Runtime[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function runtimeOf(options: Partial<RuntimeOptions> & Pick<RuntimeOptions, 'chat'>): Runtime {
  const runtime = createRuntime({ store: memoryStore(), sweep: 20, onError: () => {}, ...options });
  open.push(runtime);
  return runtime;
}

/** A door that stays shut until it is opened. */
function door(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: () => resolve() };
}

/** A model that says each piece when the door before it is open. */
function speaking(...pieces: readonly (string | Promise<void>)[]): Model {
  return {
    provider: 'p',
    id: 'm',
    async *stream() {
      for (const piece of pieces) {
        if (typeof piece === 'string') yield { type: 'text', delta: piece };
        else await piece;
      }
      yield { type: 'finish', reason: 'stop' };
    },
  };
}

/** A store some of whose methods are done in another way. */
function changed(store: Store, methods: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = methods[name] ?? target[name];
      return (method as (...given: unknown[]) => unknown).bind(target);
    },
  });
}

async function logOf(store: Store, key: ThreadKey): Promise<readonly ChatEvent[]> {
  const [page] = await store.read([{ ...key, after: 0 }], 10_000);
  return page!.rows.flatMap(({ events }) => events);
}

/** Watches until an event of a kind comes; what came before it is collected. */
async function watched(
  runtime: Runtime,
  key: ThreadKey,
  { after = 'c0', last }: { after?: string; last: (event: ChatEvent) => boolean },
): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  const leave = new AbortController();
  for await (const { event } of runtime.watch(key, { after, signal: leave.signal })) {
    events.push(event);
    if (last(event)) leave.abort();
  }
  return events;
}

const isDone = ({ type }: ChatEvent): boolean => type === 'done';
const isText = ({ type }: ChatEvent): boolean => type === 'text';

async function asked(runtime: Runtime, words = 'hi'): Promise<ThreadKey> {
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, words);
  return key;
}

describe('the text of an answer', () => {
  test('is watched while it is spoken, in pieces, and read with what was said so far (S4, S5)', async () => {
    const rest = door();
    const store = memoryStore();
    const chat = createChat({ model: speaking('one ', 'two ', rest.passed, 'three') });
    const runtime = runtimeOf({ chat, store });
    const other = runtimeOf({ chat, store, work: false });
    const key = await asked(runtime);
    const first = await watched(other, key, { last: isText });
    expect(first.at(-1)).toMatchObject({ type: 'text', delta: 'one two ' });
    const read = (await other.read(key))!;
    expect(read.messages.map(textOf)).toEqual(['hi', 'one two ']);
    rest.open();
    const behind = await watched(other, key, { after: read.cursor, last: isDone });
    expect(apply(read.messages, behind)).toEqual((await other.read(key))!.messages);
    const all = await watched(other, key, { last: isDone });
    expect(apply([], all)).toEqual((await other.read(key))!.messages);
  });

  test('never stands behind the message that has it whole, however slow the store is (S4)', async () => {
    const store = memoryStore();
    const slow = changed(store, {
      appendDeltas: async (deltas) => {
        await new Promise((resolve) => setTimeout(resolve, 15));
        return store.appendDeltas(deltas);
      },
    });
    const pieces = Array.from({ length: 12 }, (_, index) => [
      `${index} `,
      new Promise<void>((resolve) => setTimeout(resolve, index * 7)),
    ]).flat();
    const runtime = runtimeOf({ chat: createChat({ model: speaking(...pieces) }), store: slow });
    const keys = await Promise.all([asked(runtime), asked(runtime), asked(runtime)]);
    for (const key of keys) {
      await watched(runtime, key, { last: isDone });
      const log = await logOf(store, key);
      const end = log.findIndex(({ type }) => type === 'step-end');
      expect(log.findLastIndex(isText)).toBeLessThan(end);
      expect(log.filter(isText).length).toBeGreaterThan(0);
      let messages = apply([], []);
      for (const event of log) {
        messages = apply(messages, event);
        expect('0 1 2 3 4 5 6 7 8 9 10 11 '.startsWith(messages.length < 2 ? '' : textOf(messages[1]!))).toBe(true);
      }
      expect(messages).toEqual((await runtime.read(key))!.messages);
    }
  });

  test('waits for nothing but its own thread: a commit waits for the batch that holds it (S4)', async () => {
    const store = memoryStore();
    const landing = door();
    const began = door();
    const appends: string[] = [];
    const held = changed(store, {
      appendDeltas: async (deltas) => {
        began.open();
        await landing.passed;
        return store.appendDeltas(deltas);
      },
      append: (append) => {
        appends.push(append.events.map(({ type }) => type).join(' '));
        return store.append(append);
      },
    });
    const runtime = runtimeOf({ chat: createChat({ model: speaking('one ', began.passed, 'two') }), store: held });
    const key = await asked(runtime);
    await began.passed;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(appends).toEqual(['message', 'message']);
    landing.open();
    await watched(runtime, key, { last: isDone });
    expect((await logOf(store, key)).map(({ type }) => type)).toEqual([
      'message',
      'message',
      'text',
      'message',
      'step-end',
      'done',
    ]);
  });

  test('is there once when nobody heard that it was stored (S4, E8)', async () => {
    const store = memoryStore();
    let losses = 2;
    const rest = door();
    const unsure = changed(store, {
      appendDeltas: async (deltas) => {
        const seqs = await store.appendDeltas(deltas);
        losses -= 1;
        if (losses < 0) return seqs;
        throw new Error('the answer got lost');
      },
    });
    const runtime = runtimeOf({ chat: createChat({ model: speaking('one ', rest.passed, 'two') }), store: unsure });
    const key = await asked(runtime);
    await watched(runtimeOf({ chat: createChat({ model: speaking() }), store, work: false }), key, { last: isText });
    rest.open();
    await watched(runtime, key, { last: isDone });
    expect((await logOf(store, key)).filter(isText).map((event) => 'delta' in event && event.delta)).toEqual(['one ']);
  });

  test('is kept and marked when the process died that it was spoken in (S4, L8)', async () => {
    const store = memoryStore();
    const never = door();
    // It hears nothing from its store any more, and says nothing more to it.
    const gone = door();
    let isDead = false;
    const dying = new Proxy(store, {
      get(target, name: keyof Store) {
        return async (...given: never[]) => {
          if (isDead) await gone.passed;
          return (target[name] as (...all: never[]) => unknown)(...given);
        };
      },
    });
    const dead = createRuntime({
      chat: createChat({ model: speaking('half of it', never.passed) }),
      store: changed(dying, {
        subscribe: (listener) => store.subscribe(listener),
        onWake: (listener) => store.onWake(listener),
      }),
      lease: 60,
      onError: () => {},
    });
    const key = await asked(dead);
    const model = scripted(['anew']);
    const other = runtimeOf({ chat: createChat({ model }), store, lease: 60 });
    await watched(other, key, { last: isText });
    isDead = true;
    const log = await watched(other, key, { last: isDone });
    const { messages } = (await other.read(key))!;
    expect(messages.map((message) => [textOf(message), message.interrupted])).toEqual([
      ['hi', undefined],
      ['half of it', true],
      ['anew', undefined],
    ]);
    expect(apply([], log)).toEqual(messages);
    // Who goes on knows what had been said.
    expect(model.requests[0]?.messages.map(textOf)).toEqual(['hi', 'half of it']);
    isDead = false;
    gone.open();
    never.open();
    await dead.close();
    expect((await other.read(key))!.messages).toEqual(messages);
  });

  test('is kept to the last piece when its process gives the thread back (S4)', async () => {
    const store = memoryStore();
    const [rest, said, never] = [door(), door(), door()];
    const model: Model = {
      provider: 'p',
      id: 'm',
      async *stream() {
        yield { type: 'text', delta: 'one ' };
        await rest.passed;
        yield { type: 'text', delta: 'two' };
        said.open();
        await never.passed;
      },
    };
    const first = runtimeOf({ chat: createChat({ model }), store });
    const key = await asked(first);
    await watched(first, key, { last: isText });
    rest.open();
    await said.passed;
    await first.close();
    const second = runtimeOf({ chat: createChat({ model: speaking('again') }), store });
    await watched(second, key, { last: isDone });
    expect((await second.read(key))!.messages.map(textOf)).toEqual(['hi', 'one two', 'again']);
  });

  test('hides no word that came while it was spoken (D3)', async () => {
    const doors = [door(), door()] as const;
    const model = speaking('one ', doors[0].passed, 'two ', doors[1].passed, 'three');
    const runtime = runtimeOf({ chat: createChat({ model }) });
    const key = await asked(runtime);
    await watched(runtime, key, { last: isText });
    await runtime.send(key, 'and?');
    const { cursor } = (await runtime.read(key))!;
    doors[0].open();
    // It lands behind the word.
    await watched(runtime, key, { after: cursor, last: isText });
    doors[1].open();
    await watched(runtime, key, { after: cursor, last: isDone });
    const said = 'one two three';
    expect((await runtime.read(key))!.messages.map(textOf)).toEqual(['hi', said, 'and?', said]);
  });
});

test('what a tool reports stands before its outcome, and outlasts the outcomes of others (S4)', async () => {
  const store = memoryStore();
  const [reported, quick] = [door(), door()];
  const slow = tool({
    description: 'reports',
    input: z.object({}),
    effect: 'read',
    run: async (_, { progress }) => {
      progress({ at: 1 });
      quick.open();
      await reported.passed;
      progress({ at: 2 });
      return 'counted';
    },
  });
  const fast = tool({ description: 'x', input: z.object({}), effect: 'read', run: async () => quick.passed });
  const calls = [
    { name: 'slow', input: {} },
    { name: 'fast', input: {} },
  ];
  const chat = createChat({ model: scripted([{ calls }, 'done']), tools: { slow, fast } });
  const runtime = runtimeOf({ chat, store });
  const key = await asked(runtime);
  const isProgress = ({ type }: ChatEvent): boolean => type === 'tool-progress';
  expect((await watched(runtime, key, { last: isProgress })).at(-1)).toMatchObject({ progress: { at: 1 } });
  reported.open();
  await watched(runtime, key, { last: isDone });
  const log = await logOf(store, key);
  const outcome = log.findIndex(
    (event) => event.type === 'tool' && event.call.name === 'slow' && event.call.state === 'completed',
  );
  expect(log.findLastIndex(isProgress)).toBeLessThan(outcome);
});

describe('whoever watches', () => {
  test('from among deltas that were compacted is given the whole message (S5)', async () => {
    const store = memoryStore();
    const doors = [door(), door()] as const;
    const model = speaking('one ', doors[0].passed, 'two ', doors[1].passed, 'three');
    const runtime = runtimeOf({ chat: createChat({ model }), store });
    const key = await asked(runtime);
    const first = await watched(runtime, key, { last: isText });
    const read = (await runtime.read(key))!;
    doors[0].open();
    await watched(runtime, key, { after: read.cursor, last: isText });
    doors[1].open();
    await watched(runtime, key, { after: read.cursor, last: isDone });
    expect(await store.compact(0)).toBe(1);
    const { messages } = (await runtime.read(key))!;
    const behind = await watched(runtime, key, { after: read.cursor, last: isDone });
    expect(behind.some(isText)).toBe(false);
    expect(apply(apply([], first), behind)).toEqual(messages);
    expect(apply([], await watched(runtime, key, { last: isDone }))).toEqual(messages);
  });

  test('with a cursor ahead of the log is given every message whole, and goes on from there (S5)', async () => {
    const runtime = runtimeOf({ chat: createChat({ model: scripted(['hello', 'again']) }) });
    const key = await asked(runtime);
    await watched(runtime, key, { last: isDone });
    const { messages, cursor } = (await runtime.read(key))!;
    const leave = new AbortController();
    const given: ChatEvent[] = [];
    const cursors: string[] = [];
    for await (const { event, cursor: at } of runtime.watch(key, { after: 'czzz', signal: leave.signal })) {
      given.push(event);
      cursors.push(at);
      if (given.length === 2) await runtime.send(key, 'and?');
      if (isDone(event)) leave.abort();
    }
    expect(given.slice(0, 2)).toEqual(messages.map((message) => ({ type: 'message', message })));
    expect(cursors.slice(0, 2)).toEqual(['czzz', cursor]);
    expect(apply([], given)).toEqual((await runtime.read(key))!.messages);
  });

  test('with a hundred others costs the store no more readings than one does (S5)', async () => {
    const store = memoryStore();
    let readings = 0;
    const counted = changed(store, {
      read: (places, limit) => {
        readings += 1;
        return store.read(places, limit);
      },
    });
    const runtime = runtimeOf({ chat: createChat({ model: speaking('one ', 'two') }), store: counted });
    const key = await runtime.threads.create({ tenant: 'acme' });
    const viewers = Array.from({ length: 100 }, () => watched(runtime, key, { last: isDone }));
    await runtime.send(key, 'hi');
    const seen = await Promise.all(viewers);
    expect(new Set(seen.map((events) => JSON.stringify(events))).size).toBe(1);
    expect(readings).toBeLessThan(30);
  });

  test('is told that the thread was erased, and leaves nothing behind', async () => {
    const runtime = runtimeOf({ chat: createChat({ model: speaking('one') }) });
    const key = await asked(runtime);
    await watched(runtime, key, { last: isDone });
    const { cursor } = (await runtime.read(key))!;
    const next = runtime.watch(key, { after: cursor }).next();
    await runtime.threads.erase(key);
    await expect(next).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
