import { describe, expect, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { createRuntime } from '../runtime/runtime.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import type { Dialect } from './dialect.ts';
import { createHandler } from './handler.ts';
import type { HandlerOptions } from './options.ts';

const runtime = createRuntime({ chat: createChat({ model: scripted([]) }), store: memoryStore(), work: false });

const echo: Dialect = {
  name: 'echo',
  routes: [
    {
      method: 'POST',
      path: '/echo/:word',
      action: 'send',
      handle: ({ params, body, who }) => Response.json({ ...params, body, by: who.principal }),
    },
    {
      method: 'GET',
      path: '/tick',
      action: 'read',
      handle: ({ stream }) =>
        stream(async function* () {
          yield { id: '1', event: 'tick', data: 'a\nb' };
        }),
    },
    {
      method: 'GET',
      path: '/break',
      action: 'read',
      handle: () => {
        throw new Error('password hunter2');
      },
    },
  ],
};

function handlerWith(options: Partial<HandlerOptions> = {}) {
  return createHandler({
    runtime,
    authorize: () => ({ principal: 'ann', tenant: 'acme', scopes: ['read', 'send'] }),
    dialects: [echo],
    log: () => {},
    ...options,
  });
}

function post(body: string, headers: Record<string, string> = {}): Request {
  return new Request('http://localhost/echo/hi', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

describe('a handler', () => {
  test('is not made without authorize (X4)', () => {
    expect(() => createHandler({ runtime } as HandlerOptions)).toThrow('`authorize` is missing');
  });

  test('gives a route what was asked, and who asks (D7)', async () => {
    const response = await handlerWith().fetch(post('{"by":"cfo"}'));
    expect(await response.json()).toEqual({ word: 'hi', body: { by: 'cfo' }, by: 'ann' });
  });

  test('tells a stream: a comment at once, then its frames', async () => {
    const response = await handlerWith().fetch(new Request('http://localhost/tick'));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe(':\n\nid: 1\nevent: tick\ndata: a\ndata: b\n\n');
  });

  test('tells nothing of what broke but an id, and the log the rest (X3)', async () => {
    const log: unknown[] = [];
    const handler = handlerWith({ log: (entry) => log.push(entry) });
    const response = await handler.fetch(new Request('http://localhost/break'));
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('hunter2');
    const { errorId } = JSON.parse(text) as { errorId: string };
    expect(log).toMatchObject([
      { type: 'error', errorId, error: new Error('password hunter2') },
      { type: 'request', path: '/break', status: 500, errorId },
    ]);
  });

  test('answers HEAD without a body also where it refuses', async () => {
    const head = (handler: ReturnType<typeof handlerWith>, path: string) =>
      handler.fetch(new Request(`http://localhost${path}`, { method: 'HEAD' }));
    const closed = handlerWith();
    await closed.close();
    const nobody = handlerWith({ authorize: () => new Response('who are you?', { status: 401 }) });
    const refused = [
      await head(handlerWith(), '/nowhere'),
      await head(handlerWith(), '/break'),
      await head(nobody, '/tick'),
      await head(closed, '/tick'),
    ];
    expect(refused.map(({ status, body }) => [status, body])).toEqual(
      [404, 500, 401, 503].map((status) => [status, null]),
    );
  });

  test('answers HEAD as GET, without the body, and leaves no stream open', async () => {
    const handler = handlerWith({ limits: { streams: 1 } });
    const head = (path: string) => handler.fetch(new Request(`http://localhost${path}`, { method: 'HEAD' }));
    for (const path of ['/healthz', '/tick', '/tick']) {
      const { status, headers, body } = await head(path);
      const type = path === '/tick' ? 'text/event-stream; charset=utf-8' : 'application/json';
      expect([status, headers.get('content-type'), body]).toEqual([200, type, null]);
    }
    expect((await head('/echo/hi')).status).toBe(405);
  });

  test('refuses what it does not know', async () => {
    const handler = handlerWith();
    expect((await handler.fetch(new Request('http://localhost/nowhere'))).status).toBe(404);
    const wrong = await handler.fetch(new Request('http://localhost/echo/hi'));
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await wrong.json()).toMatchObject({
      status: 405,
      code: 'wrong-method',
      type: 'urn:yourcall:problem:wrong-method',
    });
  });

  test('answers so many of one who asks at once, and tells the next when to come back', async () => {
    const waiting: (() => void)[] = [];
    const handle = async (): Promise<Response> => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      throw new Error('it broke');
    };
    const slow: Dialect = { name: 'slow', routes: [{ method: 'GET', path: '/slow', action: 'read', handle }] };
    const handler = handlerWith({ dialects: [slow], limits: { concurrent: 2 } });
    const ask = () => handler.fetch(new Request('http://localhost/slow'));
    const first = [ask(), ask()];
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({ code: 'too-many' });
    for (const go of waiting.splice(0)) go();
    // What breaks gives its place back too.
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([500, 500]);
    const again = ask();
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]!();
    expect((await again).status).toBe(500);
  });
});
