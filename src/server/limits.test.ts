import { expect, test, vi } from 'vitest';
import { authorize, shopsOfTests } from '../../test/server/shop.ts';
import { limitsOf } from './limits.ts';
import type { Limits } from './limits.ts';

const shopWith = shopsOfTests();

test('a limit that is given as undefined is the usual one, and not none', async () => {
  const none = Object.fromEntries(Object.keys(limitsOf({})).map((name) => [name, undefined])) as Limits;
  expect(limitsOf(none)).toEqual(limitsOf({}));
  const { ask } = shopWith({ limits: none });
  const { status } = await ask('ann', 'POST /threads', { title: 'x'.repeat(2 ** 21) });
  expect(status).toBe(413);
});

test.each([
  [{ body: Number('1 MB') }, 'body'],
  [{ streams: -1 }, 'streams'],
  [{ rate: { burst: 1 } as never }, 'perSecond'],
  [{ rate: { burst: NaN, perSecond: 1 } }, 'burst'],
  [{ depth: '64' as never }, 'depth'],
])('a handler with limits %j is refused where they limit nothing', (limits, name) => {
  expect(() => shopWith({ limits })).toThrow(`Making a handler: limits.${name} is no number from 0 on.`);
});

test('what is to be done never is not done all the time: a stream stays quiet, and nobody is asked who it is', async () => {
  const asked = vi.fn(authorize);
  const limits = { heartbeat: Infinity, reauthorize: Infinity, bodyTime: Infinity, sendTime: Infinity };
  const { handler } = shopWith({ authorize: asked, limits });
  const headers = { authorization: 'Bearer max', 'content-type': 'application/json' };
  const made = await handler.fetch(new Request('http://localhost/threads', { method: 'POST', headers, body: '{}' }));
  expect(made.status).toBe(201);
  const leaving = new AbortController();
  const response = await handler.fetch(
    new Request('http://localhost/inbox/events', { headers, signal: leaving.signal }),
  );
  const calls = asked.mock.calls.length;
  let told = '';
  const reading = response
    .body!.pipeThrough(new TextDecoderStream())
    .pipeTo(new WritableStream({ write: (text) => void (told += text) }));
  await vi.waitFor(() => expect(told).toContain('event: inbox'));
  // As long as a timer takes that goes off at once, many times over.
  await new Promise((resolve) => setTimeout(resolve, 100));
  leaving.abort();
  await reading.catch(() => {});
  expect([asked.mock.calls.length - calls, told.split('\n').filter((line) => line.startsWith(':')).length]).toEqual([
    0, 1,
  ]);
});
