import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { textOf } from '../../src/conversation/message.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat } from '../../src/runtime/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { view } from './view.ts';

type Listener = Parameters<Store['subscribe']>[0];

/** A store of which nothing is heard but what somebody makes of its news. */
function whispering(store: Store, whisper: (...[tell, ...news]: [Listener, ...Parameters<Listener>]) => void): Store {
  const subscribe: Store['subscribe'] = (listener) =>
    store.subscribe((key, news) => whisper((...told) => listener(...told), key, news));
  return new Proxy(store, {
    get: (target, name: keyof Store) => (name === 'subscribe' ? subscribe : target[name].bind(target)),
  });
}

/** What becomes of a hint: nothing; or it comes several times, later, behind younger ones, about others, as other news. */
const lies: Readonly<Record<string, () => Parameters<typeof whispering>[1]>> = {
  'are honest': () => (tell, key, news) => tell(key, news),
  'never come': () => () => {},
  'come three times at once': () => (tell, key, news) => {
    for (let times = 0; times < 3; times += 1) tell(key, news);
  },
  'come in the wrong order, late and twice': () => {
    let count = 0;
    return (tell, key, news) => {
      count += 1;
      for (const wait of [(count * 37) % 50, (count * 53) % 70]) setTimeout(() => tell(key, news), wait);
    };
  },
  'are about other threads, or none': () => {
    let before: ThreadKey = { tenant: 'nobody', thread: 'none' };
    return (tell, key, news) => {
      tell(before, news);
      tell({ tenant: 'nobody', thread: key.thread }, news);
      before = key;
    };
  },
  'take deltas for events, and events for deltas': () => (tell, key, news) =>
    tell(key, news === 'events' ? 'deltas' : 'events'),
};

/** A chat that pays who is named, when somebody approves. */
function shop(): { readonly chat: DurableChat; readonly paid: string[]; readonly asked: () => number } {
  const paid: string[] = [];
  const pay = tool({
    description: 'pays',
    input: z.object({ to: z.string() }),
    effect: 'once',
    run: ({ to }) => void paid.push(to),
  });
  const model = scripted(
    [({ messages }) => ({ calls: [{ name: 'pay', input: { to: textOf(messages.at(-1)!) } }] }), 'All is paid.'],
    { turnBy: 'answers' },
  );
  return { chat: createChat({ model, tools: { pay } }), paid, asked: () => model.requests.length };
}

async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 5));
}

test.each(Object.entries(lies))(
  'threads come to the same end when hints %s: nothing twice (S3, L2)',
  async (_, lie) => {
    const { chat, paid, asked } = shop();
    const held = memoryStore();
    const [here, there] = [1, 2].map(() =>
      createRuntime({
        chat,
        store: whispering(held, lie()),
        sweep: 20,
        onError: (error) => expect.fail(String(error)),
      }),
    );
    const words = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'];
    const keys = await Promise.all(words.map((thread) => here!.threads.create({ tenant: 'acme', thread })));
    const seen = view(there!, keys[0]!);
    await Promise.all(keys.map((key) => here!.send(key, key.thread)));
    const waiting = async () => (await there!.inbox({ tenant: 'acme' })).items;
    await until(async () => (await waiting()).length === words.length);
    const decisions = (await waiting()).map(({ thread, call }) =>
      there!.decide(thread, { call: call.id, decision: { type: 'approve' } }),
    );
    await Promise.all(decisions);
    const statuses = async () => (await here!.threads.list({ tenant: 'acme' })).items.map(({ status }) => status);
    await until(async () => (await statuses()).every((status) => status === 'done'));
    // Hints that are still on their way find nothing to do.
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(paid.toSorted()).toEqual(words);
    expect(asked()).toBe(2 * words.length);
    expect(await seen).toEqual((await held.load(keys[0]!))?.messages);
    await Promise.all([here!.close(), there!.close()]);
  },
);
