import { createServer, request as ask } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { framesUntil, openShop } from '../../test/server/shop.ts';
import type { ReadView } from '../server/view.ts';
import { toNodeListener } from './listener.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const headers = { authorization: 'Bearer max', 'content-type': 'application/json' };

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('a handler behind node:http', () => {
  test('serves a whole talk: say, see it pause, decide, read the end', async () => {
    const shop = openShop();
    ends.push(async () => shop[Symbol.asyncDispose]());
    const url = await listen(toNodeListener(shop.handler));
    const { id } = (await (await post(`${url}/threads`, {})).json()) as { id: string };
    const thread = `${url}/threads/${id}`;
    const events = async (after: string) => fetch(`${thread}/events?after=${after}`, { headers });
    await post(`${thread}/messages`, { content: 'Pay 50.' });
    await framesUntil(await events('c0'), 'paused');
    const { waiting, cursor } = (await (await fetch(thread, { headers })).json()) as ReadView;
    const { call, seen } = waiting[0]!;
    const decisions = [{ call: call.id, seen, decision: { type: 'approve' } }];
    expect(await (await post(`${thread}/decisions`, { decisions })).json()).toMatchObject({
      answers: [{ type: 'applied' }],
    });
    const frames = await framesUntil(await events(cursor), 'done');
    expect(frames.at(-1)?.data).toMatchObject({ type: 'done', text: 'Paid.' });
    expect(shop.paid).toEqual([50]);
  });

  test('reads a form that was read before', async () => {
    const echo = toNodeListener({ fetch: async (request) => new Response(await request.text()) });
    const url = await listen(async (request, response) => {
      for await (const _ of request);
      echo(Object.assign(request, { body: { decision: 'reject', reason: 'a & b' } }), response);
    });
    const body = new URLSearchParams({ decision: 'reject', reason: 'a & b' });
    expect(await (await fetch(url, { method: 'POST', body })).text()).toBe(body.toString());
  });

  test('reads a body that was read before', async () => {
    const echo = toNodeListener({ fetch: async (request) => Response.json(await request.json()) });
    const url = await listen(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      echo(Object.assign(request, { body: JSON.parse(Buffer.concat(pieces).toString()) }), response);
    });
    expect(await (await post(url, { a: [1] })).json()).toEqual({ a: [1] });
  });

  test('says so when a body was read before, and left nowhere', async () => {
    const url = await listen(async (request, response) => {
      await request.toArray();
      toNodeListener({ fetch: async () => new Response('not asked') })(request, response);
    });
    const refused = await post(url, {});
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining('was read before')]);
    const empty = await fetch(url, { method: 'POST' });
    expect([empty.status, await empty.text()]).toEqual([200, 'not asked']);
  });

  test('refuses a body that is too large in words, before it has all come', async () => {
    const shop = openShop({ limits: { body: 1_000 } });
    ends.push(async () => shop[Symbol.asyncDispose]());
    const url = await listen(toNodeListener(shop.handler));
    const status = await new Promise((resolve, reject) => {
      const sent = ask(`${url}/threads`, { method: 'POST', headers }, ({ statusCode }) => resolve(statusCode));
      sent.on('error', reject);
      // It never ends.
      sent.write('x'.repeat(2_000));
    });
    expect(status).toBe(413);
  });

  test('ends the request when its reader goes away, and asks for no more than is read', async () => {
    const gone = Promise.withResolvers<void>();
    let made = 0;
    const endless = (request: Request): Response => {
      request.signal.addEventListener('abort', () => gone.resolve());
      const pull = (body: ReadableStreamDefaultController<Uint8Array>): void => {
        made += 1;
        body.enqueue(new Uint8Array(2 ** 20));
      };
      return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
    };
    const url = await listen(toNodeListener({ fetch: async (request) => endless(request) }));
    const response = await fetch(url);
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await gone.promise;
    expect(made).toBeLessThan(200);
  });

  test('cuts off who takes nothing of what is sent, and waits for who takes a little now and then', async () => {
    const left = Promise.withResolvers<string>();
    const endless = ({ url }: Request): Response => {
      const pull = (body: ReadableStreamDefaultController<Uint8Array>): void => body.enqueue(new Uint8Array(2 ** 18));
      const cancel = (): void => left.resolve(new URL(url).pathname);
      return new Response(new ReadableStream({ pull, cancel }, { highWaterMark: 0 }));
    };
    const url = await listen(toNodeListener({ fetch: async (request) => endless(request) }, { sendTime: 600 }));
    const slow = (await fetch(`${url}/slow`)).body!.getReader();
    const stuck = await fetch(`${url}/stuck`);
    const over: string[] = [];
    void left.promise.then((path) => over.push(path));
    while (over.length === 0) {
      // Some megabytes, since the connection takes some before it is full.
      for (let read = 0; read < 2 ** 22;) read += (await slow.read()).value!.byteLength;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(over).toEqual(['/stuck']);
    await expect(stuck.bytes()).rejects.toThrow('terminated');
    await slow.cancel();
  });
});
