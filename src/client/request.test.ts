import { describe, expect, test } from 'vitest';
import { authorize, shopsOfTests } from '../../test/server/shop.ts';
import type { ShopOptions } from '../../test/server/shop.ts';
import { createClient } from './client.ts';

const shopWith = shopsOfTests();

describe('a refusal', () => {
  const refused = async (options: ShopOptions, who = 'ann') => {
    const { handler } = shopWith(options);
    const headers = { authorization: `Bearer ${who}` };
    const client = createClient({ url: 'http://localhost', headers, fetch: (request) => handler.fetch(request) });
    await client.listThreads().catch(() => {});
    return client.listThreads().catch((error: unknown) => error);
  };

  test('is an error with the code of the server, and says when to come back', async () => {
    const slow = await refused({ limits: { rate: { burst: 1, perSecond: 0.5 } } });
    expect(slow).toMatchObject({ code: 'rate-limit', providerCode: 'too-many', status: 429, retryable: true });
    expect(slow).toMatchObject({ retryAfter: expect.any(Number) });
    expect(await refused({}, 'nobody')).toMatchObject({ code: 'auth', retryable: false, status: 401 });
    expect(await refused({ authorize: (request) => ({ ...whoIs(request), scopes: [] }) })).toMatchObject({
      code: 'auth',
      providerCode: 'forbidden',
      message: 'GET /threads: It takes the right "read". (HTTP 403)',
    });
    const broken = await refused({ authorize: () => Promise.reject(new Error('secret')) });
    expect(broken).toMatchObject({ code: 'provider', providerCode: 'internal', requestId: expect.any(String) });
    expect(String(broken)).not.toContain('secret');
  });

  test('by somebody else than the server is one too', async () => {
    const answers = (response: () => Response) =>
      createClient({ url: 'http://x', fetch: async () => response() })
        .health()
        .catch((error: unknown) => error);
    expect(await answers(() => new Response('<html>Bad gateway</html>', { status: 502 }))).toMatchObject({
      code: 'provider',
      message: 'GET /healthz (HTTP 502)',
      retryable: true,
    });
    expect(await answers(() => new Response('<html>Log in</html>'))).toMatchObject({ code: 'invalid-response' });
    expect(await answers(() => new Response(null, { status: 503, headers: { 'retry-after': '3' } }))).toMatchObject({
      code: 'overloaded',
      retryAfter: 3_000,
    });
  });

  test('may be that nobody answers, or not in time', async () => {
    const asked = (fetch: () => Promise<Response>) =>
      createClient({ url: 'http://x', fetch, timeout: 20 })
        .health()
        .catch((error: unknown) => error);
    expect(await asked(() => Promise.reject(new TypeError('fetch failed')))).toMatchObject({ code: 'network' });
    expect(await asked(() => new Promise(() => {}))).toMatchObject({ code: 'timeout', retryable: true });
    const never = createClient({ url: 'http://x', fetch: () => new Promise(() => {}) });
    const ending = new AbortController();
    const reading = never.readThread('t', { signal: ending.signal });
    ending.abort('enough');
    await expect(reading).rejects.toBe('enough');
    await expect(never.readThread('t', { signal: ending.signal })).rejects.toBe('enough');
    const stuck = new Response(new ReadableStream({}));
    expect(await asked(async () => stuck)).toMatchObject({ code: 'timeout' });
  });
});

describe('a client', () => {
  test('leaves no timer behind, which would keep a process alive', async () => {
    const { handler } = shopWith({ script: [] });
    const running = new Set<object>();
    const clock = {
      now: () => 0,
      after(milliseconds: number, run: () => void) {
        const timer = setTimeout(() => (running.delete(timer), run()), milliseconds);
        running.add(timer);
        return () => (running.delete(timer), clearTimeout(timer));
      },
    };
    const headers = { authorization: 'Bearer max' };
    let isDown = false;
    const fetch = async (request: Request): Promise<Response> => {
      if (isDown) throw new TypeError('fetch failed');
      return handler.fetch(request);
    };
    const client = createClient({ url: 'http://localhost', headers, fetch, clock, random: () => 0 });
    const { id } = await client.createThread();
    await client.readThread('nothing').catch(() => {});
    expect(running.size).toBe(0);
    const thread = client.thread(id);
    thread.subscribe(() => {});
    await thread.until(({ status }) => status === 'live');
    isDown = true;
    thread.reconnect();
    const saying = thread.say('Hello?');
    await thread.until(({ status }) => status === 'offline');
    thread.close();
    expect(await saying).toMatchObject({ type: 'failed', error: { code: 'aborted' } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(running.size).toBe(0);
  });
});

describe('a header', () => {
  test('may be made anew for each request, as tokens are', async () => {
    const { handler } = shopWith({ script: [] });
    const names = ['nobody', 'ann'];
    const headers = async () => ({ authorization: `Bearer ${names.shift()}` });
    const client = createClient({ url: 'http://localhost', headers, fetch: (request) => handler.fetch(request) });
    await expect(client.listThreads()).rejects.toMatchObject({ status: 401 });
    expect(await client.listThreads()).toEqual({ items: [] });
  });
});

function whoIs(request: Request) {
  const who = authorize(request);
  if (who instanceof Response) throw new TypeError('nobody');
  return who;
}
