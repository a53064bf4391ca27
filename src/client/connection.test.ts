import { describe, expect, test } from 'vitest';
import { pageOf, quickClock } from '../../test/client/page.ts';
import { shopsOfTests } from '../../test/server/shop.ts';
import type { ClientOptions } from './options.ts';

const shopWith = shopsOfTests();

type Fetch = NonNullable<ClientOptions['fetch']>;

describe('a connection', () => {
  /** The states of a thread whose events are asked for by `fetch`, until one is wanted. */
  const statesOf = async (fetch: Fetch, options: Partial<ClientOptions>, last: string, times = 1) => {
    const { handler } = shopWith({ script: [] });
    const send: Fetch = (request) => handler.fetch(request);
    const { id } = await pageOf(send, 'max').createThread();
    const isEvents = ({ url }: Request): boolean => url.includes('/events');
    const client = pageOf((request) => (isEvents(request) ? fetch(request) : send(request)), 'max', options);
    const thread = client.thread(id);
    const states: string[] = [];
    const reached = Promise.withResolvers<void>();
    thread.subscribe(() => {
      const { status, error } = thread.getSnapshot();
      const state = error ? `${status}: ${error.code}` : status;
      if (state !== states.at(-1)) states.push(state);
      if (states.filter((state) => state === last).length === times) reached.resolve();
    });
    await reached.promise;
    thread.close();
    return states;
  };
  const atOnce = { schedule: (notify: () => void) => notify() };

  test('is offline while nobody answers, comes back later each time, and never sooner than it is told to', async () => {
    const clock = quickClock();
    const answers: (() => Promise<Response>)[] = [
      () => Promise.reject(new TypeError('fetch failed')),
      () => new Promise(() => {}),
      async () => new Response('<html>Welcome to our network</html>'),
      async () => new Response(null, { status: 503 }),
      async () => new Response(null, { status: 429, headers: { 'retry-after': '7' } }),
      async () => new Response(hello),
    ];
    const slow = { ...atOnce, clock, timeout: 20_000, random: () => 0.5 };
    const states = await statesOf(() => answers.shift()!(), slow, 'live');
    expect(states).toEqual([
      'connecting',
      'offline: network',
      'offline: timeout',
      'offline: network',
      'offline: overloaded',
      'offline: rate-limit',
      'live',
      'closed',
    ]);
    expect(clock.waits.filter((wait) => ![1e6, 20_000, 100].includes(wait))).toEqual([375, 750, 1_500, 3_000, 7_000]);
  });

  test('is given up when nothing comes for too long, not even that the server lives', async () => {
    const clock = quickClock();
    const silent = () =>
      new Response(new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode(hello)) }));
    const states = await statesOf(async () => silent(), { ...atOnce, clock, silence: 4_000 }, 'live', 2);
    expect(states).toEqual(['connecting', 'live', 'connecting', 'live', 'closed']);
    expect(clock.waits).toContain(4_000);
  });

  test('is closed where it is of no use to come back, and opened anew by hand', async () => {
    const refused = async () => new Response(null, { status: 401 });
    expect(await statesOf(refused, atOnce, 'closed: auth')).toEqual(['connecting', 'closed: auth', 'closed']);
    const newer = async () => new Response('event: format\ndata: {"format":3}\n\n');
    expect(await statesOf(newer, atOnce, 'closed: format')).toEqual(['connecting', 'closed: format', 'closed']);
    let isKnown = false;
    const { handler } = shopWith({ script: [] });
    const client = pageOf((request) => handler.fetch(request), 'max', {
      headers: () => ({ authorization: isKnown ? 'Bearer max' : 'Bearer nobody' }),
    });
    isKnown = true;
    const thread = client.thread((await client.createThread()).id);
    isKnown = false;
    thread.subscribe(() => {});
    await expect(thread.until(({ status }) => status === 'live')).rejects.toMatchObject({ code: 'auth', status: 401 });
    isKnown = true;
    thread.reconnect();
    expect(thread.getSnapshot()).toMatchObject({ status: 'connecting' });
    await thread.until(({ status }) => status === 'live');
    thread.close();
  });

  test('is left when the browser says that the network is gone, and comes back with it', async () => {
    const network = new EventTarget();
    let listeners = 0;
    Object.assign(globalThis, {
      addEventListener(...given: Parameters<EventTarget['addEventListener']>) {
        listeners += 1;
        network.addEventListener(...given);
      },
      removeEventListener(...given: Parameters<EventTarget['removeEventListener']>) {
        listeners -= 1;
        network.removeEventListener(...given);
      },
    });
    try {
      const { handler } = shopWith({ script: [] });
      let isGone = false;
      const send: Fetch = async (request) => {
        if (isGone) throw new TypeError('fetch failed');
        return handler.fetch(request);
      };
      const still = { now: () => 0, after: (wait: number, run: () => void) => (wait < 500 && run(), () => {}) };
      const client = pageOf(send, 'max', { clock: still, random: () => 0 });
      const thread = client.thread((await client.createThread()).id);
      thread.subscribe(() => {});
      await thread.until(({ status }) => status === 'live');
      isGone = true;
      network.dispatchEvent(new Event('offline'));
      await thread.until(({ status }) => status === 'offline');
      isGone = false;
      network.dispatchEvent(new Event('online'));
      await thread.until(({ status }) => status === 'live');
      thread.close();
      // The connection that was left still goes.
      await expect.poll(() => listeners).toBe(0);
    } finally {
      for (const name of ['addEventListener', 'removeEventListener']) Reflect.deleteProperty(globalThis, name);
    }
  });

  test('ends with its thread', async () => {
    const { handler } = shopWith({ script: [] });
    const client = pageOf((request) => handler.fetch(request), 'max');
    const { id } = await client.createThread();
    const thread = client.thread(id);
    thread.subscribe(() => {});
    await thread.until(({ status }) => status === 'live');
    await client.eraseThread(id);
    thread.reconnect();
    await expect(thread.until(() => false)).rejects.toMatchObject({ status: 404 });
    thread.close();
  });
});

const hello = 'event: format\ndata: {"format":1}\n\n';
