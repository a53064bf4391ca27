import { afterEach, describe, expect, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import type { Model } from '../chat/model.ts';
import { apply } from '../conversation/apply.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { ChatError } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { isOpening } from '../store/admission.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Append, Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { transcript } from '../testing/transcript.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './index.ts';

const open: Runtime[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function runtimeOf(
  store: Store,
  model: Model,
  more: { readonly work?: boolean; readonly lease?: number } = {},
): Runtime {
  const runtime = createRuntime({ chat: createChat({ model }), store, sweep: 20, onError: () => {}, ...more });
  open.push(runtime);
  return runtime;
}

/** A model that answers each word in two pieces, the second when it may; what it was asked is remembered. */
class Answering implements Model {
  readonly provider = 'p';
  readonly id = 'm';
  readonly heard: (readonly string[])[] = [];
  readonly #may: Promise<unknown>;

  constructor(may: Promise<unknown> = Promise.resolve()) {
    this.#may = may;
  }

  async *stream({ messages, signal }: Parameters<Model['stream']>[0]): ReturnType<Model['stream']> {
    this.heard.push(transcript(messages));
    yield { type: 'text', delta: `answer ${this.heard.length}, ` };
    const stopped = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    stopped.catch(() => {});
    await Promise.race([this.#may, stopped]);
    yield { type: 'text', delta: 'said' };
    yield { type: 'finish', reason: 'stop' };
  }
}

/** Does something right before the first opening is stored, as somebody else who is quicker. */
function before(store: Store, others: (key: ThreadKey) => Promise<unknown>): Store {
  let isFirst = true;
  return openingBy(store, async (append) => {
    if (isFirst) {
      isFirst = false;
      await others({ tenant: append.tenant, thread: append.thread });
    }
    return store.append(append);
  });
}

/** A store in which openings of answers are appended in another way. */
function openingBy(store: Store, open: Store['append']): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      if (name !== 'append') return (target[name] as () => unknown).bind(target);
      return (append: Append) => (isOpening(append) ? open(append) : target.append(append));
    },
  });
}

async function logOf(store: Store, key: ThreadKey): Promise<readonly ChatEvent[]> {
  const [page] = await store.read([{ ...key, after: 0 }], 10_000);
  return page!.rows.flatMap(({ events }) => events);
}

/** Waits for so many ends of runs; gives what a viewer has by then, who saw every event. */
async function ended(runtime: Runtime, key: ThreadKey, ends: number): Promise<readonly string[]> {
  const leave = new AbortController();
  let messages = apply([], []);
  let left = ends;
  for await (const { event } of runtime.watch(key, { after: 'c0', signal: leave.signal })) {
    messages = apply(messages, event);
    if (isEnd(event)) left -= 1;
    if (left === 0) leave.abort();
  }
  return messages.map((message) => `${textOf(message)}${message.interrupted ? ' (cut)' : ''}`);
}

const typesOf = (events: readonly ChatEvent[]): readonly string[] => events.map(({ type }) => type);

describe('the opening of an answer', () => {
  test('is stored with the answer when that comes at once, in one append', async () => {
    const store = memoryStore();
    const runtime = runtimeOf(store, new Answering());
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    expect(await ended(runtime, key, 1)).toEqual(['hi', 'answer 1, said']);
    const [page] = await store.read([{ ...key, after: 0 }], 100);
    expect(page!.rows.map(({ events }) => typesOf(events))).toEqual([['message'], ['message', 'step-end', 'done']]);
  });

  test('is stored while its model thinks: nobody waits for it, and what is said stands behind it (L4)', async () => {
    const store = memoryStore();
    const rest = Promise.withResolvers<void>();
    const model = new Answering(rest.promise);
    const stored = Promise.withResolvers<void>();
    const heard: number[] = [];
    const watched = before(store, async () => {
      heard.push(model.heard.length);
      stored.resolve();
    });
    const runtime = runtimeOf(watched, model);
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    await stored.promise;
    expect(heard).toEqual([1]);
    const leave = new AbortController();
    for await (const { event } of runtime.watch(key, { after: 'c0', signal: leave.signal }))
      if (event.type === 'text') leave.abort();
    expect(typesOf(await logOf(store, key))).toEqual(['message', 'message', 'text']);
    rest.resolve();
    expect(await ended(runtime, key, 1)).toEqual(['hi', 'answer 1, said']);
  });

  test('has its place before a word that was stored before it: whoever reads has one order (D3, D8)', async () => {
    const store = memoryStore();
    const model = new Answering(new Promise((resolve) => setTimeout(resolve, 30)));
    const other = runtimeOf(store, new Answering(), { work: false });
    const runtime = runtimeOf(
      before(store, (key) => other.send(key, 'and more')),
      model,
    );
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    const messages = ['hi', 'answer 1, said', 'and more', 'answer 2, said'];
    expect(await ended(runtime, key, 1)).toEqual(messages);
    expect((await store.load(key))!.messages.map(textOf)).toEqual(messages);
    expect(model.heard.map((lines) => lines.length)).toEqual([1, 3]);
    const log = await logOf(store, key);
    expect(log[1]).toMatchObject({ message: { role: 'user' } });
    expect(log[2]).toMatchObject({
      message: { role: 'assistant' },
      behind: (log[0] as { message: { id: string } }).message.id,
    });
  });

  test('has its place also when the whole answer is what is stored first (D3)', async () => {
    const store = memoryStore();
    const other = runtimeOf(store, new Answering(), { work: false });
    const said = Promise.withResolvers<void>();
    const model = new Answering(said.promise);
    const openings: ThreadKey[] = [];
    const runtime = runtimeOf(
      before(store, async (key) => openings.push(key)),
      model,
    );
    const key = await runtime.threads.create({ tenant: 'acme' });
    const stream = model.stream.bind(model);
    model.stream = async function* (request) {
      if (model.heard.length === 0) await other.send(key, 'and more');
      said.resolve();
      yield* stream(request);
    };
    await runtime.send(key, 'hi');
    const messages = ['hi', 'answer 1, said', 'and more', 'answer 2, said'];
    expect(await ended(runtime, key, 1)).toEqual(messages);
    // The first append of its run is the whole answer.
    expect(openings).toEqual([]);
    expect((await store.load(key))!.messages.map(textOf)).toEqual(messages);
  });

  test('stops for a word that interrupts, which was stored before it (D8)', async () => {
    const store = memoryStore();
    const model = new Answering(new Promise((resolve) => setTimeout(resolve, 60)));
    const other = runtimeOf(store, new Answering(), { work: false });
    const runtime = runtimeOf(
      before(store, (key) => other.send(key, 'no, wait', { while: 'interrupt' })),
      model,
    );
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    const messages = ['hi', 'answer 1,  (cut)', 'no, wait', 'answer 2, said'];
    expect(await ended(runtime, key, 1)).toEqual(messages);
    expect((await store.load(key))!.messages.map(textOf)).toEqual(messages.map((text) => text.replace(' (cut)', '')));
  });

  test('is never stored when what it answers was withdrawn before it: no text of it stands in the log (D8)', async () => {
    const store = memoryStore();
    const model = new Answering(new Promise((resolve) => setTimeout(resolve, 60)));
    const runtime = runtimeOf(
      before(store, async (key) => {
        const { messages, thread, run } = (await store.load(key))!;
        const gone = messages[0]!.id;
        const news = {
          type: 'message',
          message: { id: 'new', role: 'user', parts: [{ type: 'text', text: 'anew' }], at: 1 },
        } as const;
        const { type } = await store.append({
          ...key,
          id: 'withdrawn',
          events: [{ type: 'rewind', message: gone }, news],
          seen: thread.seq,
          messages: [{ message: { id: 'new', role: 'user', at: 1 }, parts: [{ type: 'text', text: 'anew' }] }],
          removed: [gone],
          calls: [],
          decisions: [],
          run,
          wake: 'now',
        });
        expect(type).toBe('appended');
      }),
      model,
    );
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    expect(await ended(runtime, key, 1)).toEqual(['anew', 'answer 2, said']);
    expect((await store.load(key))!.messages.map(textOf)).toEqual(['anew', 'answer 2, said']);
  });

  test('is tried again under its name when nobody heard that it was stored (E8)', async () => {
    const store = memoryStore();
    const model = new Answering(new Promise((resolve) => setTimeout(resolve, 60)));
    let losses = 1;
    const unsure = openingBy(store, async (append) => {
      const answer = await store.append(append);
      if (losses-- <= 0) return answer;
      throw new Error('the answer got lost');
    });
    const runtime = runtimeOf(unsure, model);
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    expect(await ended(runtime, key, 1)).toEqual(['hi', 'answer 1, said']);
    expect((await logOf(store, key)).filter(({ type }) => type === 'message')).toHaveLength(3);
    expect(model.heard).toHaveLength(1);
  });

  test('ends the run when nobody hears for nearly a lease whether it was stored: the thread is taken over (E8)', async () => {
    const store = memoryStore();
    const model = new Answering(new Promise((resolve) => setTimeout(resolve, 400)));
    let silentUntil = 0;
    const unsure = openingBy(store, async (append) => {
      const answer = await store.append(append);
      silentUntil ||= performance.now() + 270;
      if (performance.now() > silentUntil) return answer;
      throw new ChatError('overloaded', 'The answer got lost.', { retryable: true });
    });
    const runtime = runtimeOf(unsure, model, { lease: 300 });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'hi');
    expect(await ended(runtime, key, 1)).toEqual(['hi', 'answer 2, said']);
    expect((await store.load(key))!.messages.map(textOf)).toEqual(['hi', 'answer 2, said']);
  });
});
