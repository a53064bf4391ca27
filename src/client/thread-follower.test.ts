import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cutting, pageOf, sameAs } from '../../test/client/page.ts';
import { openShop, payment, shopsOfTests } from '../../test/server/shop.ts';
import type { Shop } from '../../test/server/shop.ts';
import { textOf } from '../conversation/message.ts';
import type { Message } from '../conversation/message.ts';
import type { WatchedEvent } from './api.ts';
import type { ClientOptions } from './options.ts';

const shopWith = shopsOfTests();

type Fetch = NonNullable<ClientOptions['fetch']>;

describe('a connection that is cut', () => {
  let shop: Shop;
  let id: string;
  let unread: string;
  const fetch: Fetch = (request) => shop.handler.fetch(request);

  // A talk with everything in it, and the thread as it was read before.
  beforeAll(async () => {
    const first = { reasoning: 'Well, well.', text: 'I will pay: ünïcödé.', ...(payment as object) };
    const limits = { rate: { burst: 1e6, perSecond: 1e6 } };
    shop = openShop({ script: [first, 'Paid 50, all of it.', 'Any time.'], limits });
    const client = pageOf(fetch, 'max');
    ({ id } = await client.createThread());
    unread = JSON.stringify(await client.readThread(id));
    const thread = client.thread(id);
    thread.subscribe(() => {});
    await thread.say('Pay 50, please.');
    const { waiting } = await thread.until(({ waiting }) => waiting.approvals.length === 1);
    await thread.decide(waiting.approvals[0]!, { type: 'approve' });
    await thread.until(({ thread }) => thread?.status === 'done');
    await thread.say('Thanks.');
    await thread.until(({ thread, messages }) => thread?.status === 'done' && messages.length === 5);
    thread.close();
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test('after any number of bytes, however often, folds each event once and loses none (P4, P6)', async () => {
    const seen = new Set<number>();
    const about = fc.asyncProperty(fc.array(fc.nat(1_500), { maxLength: 12 }), async (cuts) => {
      let reads = 0;
      const cut = cutting(async (request) => {
        if (!request.url.endsWith(`/threads/${id}`)) return fetch(request);
        reads += 1;
        return new Response(unread);
      }, cuts);
      const thread = pageOf(cut, 'max', { random: () => 0 }).thread(id);
      thread.subscribe(() => {});
      await sameAs(thread, pageOf(fetch, 'max'));
      seen.add(cuts.length - cut.left.length);
      expect(reads).toBe(1);
      thread.close();
    });
    await fc.assert(about, { numRuns: 40 });
    expect(Math.max(...seen)).toBeGreaterThan(3);
  });

  test('by the page itself, in the middle of what came at once, folds each event once', async () => {
    const log: WatchedEvent[] = [];
    for await (const one of pageOf(fetch, 'max').watchThread(id, { after: 'c0' })) {
      log.push(one);
      if (log.filter(({ event }) => event.type === 'done').length === 2) break;
    }
    const frames = log.map(({ event, cursor }) => `id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`);
    const page = pageOf(
      async (request) => {
        if (request.url.endsWith(id)) return new Response(unread);
        const place = log.findIndex(({ cursor }) => request.url.endsWith(`=${cursor}`));
        return new Response('event: format\ndata: {"format":1}\n\n' + frames.slice(place + 1).join(''));
      },
      'max',
      { schedule: (notify) => notify() },
    );
    const thread = page.thread(id);
    let times = 0;
    const shown = new Set<string>();
    thread.subscribe(() => {
      times += 1;
      if (times % 5 === 0 && times < 40) thread.reconnect();
      for (const message of thread.getSnapshot().messages) shown.add(textOf(message));
    });
    await sameAs(thread, pageOf(fetch, 'max'));
    const texts = thread.getSnapshot().messages.map((message) => textOf(message));
    expect([...shown].filter((one) => !texts.some((text) => text.startsWith(one)))).toEqual([]);
    thread.close();
  });

  test('while the model speaks goes on in mid-word', async () => {
    const { handler } = shopWith({ script: [{ text: 'One two three four five six seven eight nine.', delay: 5 }] });
    const cut = cutting((request) => handler.fetch(request), [700, 150, 220, 180, 300, 40, 200]);
    const client = pageOf(cut, 'max', { random: () => 0 });
    const thread = client.thread((await client.createThread()).id);
    thread.subscribe(() => {});
    await thread.say('Count.');
    await thread.until(({ thread }) => thread?.status === 'done');
    expect(cut.left.length).toBeLessThan(6);
    await sameAs(thread, client);
    thread.close();
  });

  test('reads the thread anew when its place is gone: the database was set back (S5)', async () => {
    const client = pageOf(fetch, 'max');
    const read = await client.readThread(id);
    const gone: Message = { id: 'gone', role: 'assistant', parts: [{ type: 'text', text: 'It is lost.' }], at: 1 };
    const before = [JSON.stringify({ ...read, messages: [...read.messages, gone], cursor: 'czzzz' })];
    const asked: string[] = [];
    const thread = pageOf(async (request) => {
      asked.push(request.url.replace(`http://localhost/threads/${id}`, ''));
      const known = request.url.endsWith(id) ? before.shift() : undefined;
      return known === undefined ? fetch(request) : new Response(known);
    }, 'max').thread(id);
    const shown: string[] = [];
    thread.subscribe(() => shown.push(textOf(thread.getSnapshot().messages.at(-1) ?? gone)));
    await sameAs(thread, client);
    expect(new Set(shown)).toEqual(new Set(['It is lost.', 'Any time.']));
    expect(asked).toEqual(['', '/events?after=czzzz', '', `/events?after=${read.cursor}`]);
    thread.close();
  });
});
