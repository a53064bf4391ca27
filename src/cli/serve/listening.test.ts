// Who says next to nothing, for as long as they can: nobody waits for them, and nothing that they have half said counts.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectTo, statusIn, trickle } from '../../../test/server/raw.ts';
import { openShop } from '../../../test/server/shop.ts';
import type { Shop } from '../../../test/server/shop.ts';
import { toNodeListener } from '../../node/listener.ts';
import { connectionLimits, listenTo } from './listening.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const short = { headersTimeout: 700, requestTimeout: 1_500, connectionsCheckingInterval: 20 };

type Listen = (shop: Shop) => Promise<string>;

async function asServe({ handler }: Shop): Promise<string> {
  const { url, close } = await listenTo(handler, 0, short);
  ends.push(close);
  return url;
}

async function asMounted({ handler }: Shop): Promise<string> {
  const server = createServer(short, toNodeListener(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A payment that waits on a server, and what is paid for. */
async function served(listen: Listen) {
  const asked: string[] = [];
  const shop = openShop({
    limits: { bodyTime: 400, rate: { burst: 10_000, perSecond: 10_000 } },
    log: (entry) => entry.type === 'request' && asked.push(`${entry.method} ${entry.status}`),
  });
  ends.push(async () => shop[Symbol.asyncDispose]());
  const at = await shop.waiting();
  const url = await listen(shop);
  asked.splice(0);
  const decisions = [{ call: at.call, seen: at.seen, decision: { type: 'approve' } }];
  const body = JSON.stringify({ decisions });
  const path = `POST /threads/${at.thread}/decisions HTTP/1.1`;
  const headers = 'Host: 127.0.0.1\r\nAuthorization: Bearer kim\r\nContent-Type: application/json';
  /** Others are served meanwhile, and at once. */
  const serves = async (): Promise<void> => {
    const answer = await fetch(`${url}/threads/${at.thread}`, { headers: { authorization: 'Bearer kim' } });
    expect(await answer.json()).toMatchObject({ waiting: [{ call: { id: at.call, state: 'awaiting-approval' } }] });
  };
  return { shop, at, url, asked, body, serves, head: `${path}\r\n${headers}\r\n` };
}

describe.each<[string, Listen]>([
  ['yourcall serve', asServe],
  ['a server of their own, with the adapter of yourcall/node', asMounted],
])('somebody slow before %s', (_, listen) => {
  test('who says headers a byte at a time is told 408 and cut off, and the handler is not asked', async () => {
    const { shop, url, asked, body, head, serves } = await served(listen);
    const whole = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    const slow = Array.from({ length: 20 }, async () => trickle(await connectTo(url), whole));
    await serves();
    expect((await Promise.all(slow)).map(statusIn)).toEqual(slow.map(() => 408));
    await serves();
    expect([asked, shop.paid]).toEqual([['GET 200', 'GET 200'], []]);
  });

  test.each([
    ['of a length', (body: string) => `Content-Length: ${body.length}\r\n\r\n${body}`],
    ['in pieces', (body: string) => `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}`],
  ])(
    'a body %s that comes a byte at a time is refused in words, and what came of it decides nothing',
    async (_way, sent) => {
      const { shop, url, asked, body, head, serves } = await served(listen);
      const [before = '', rest = ''] = sent(body).split('\r\n\r\n');
      const slow = Array.from({ length: 20 }, async () =>
        trickle(await connectTo(url, `${head}${before}\r\n\r\n`), rest),
      );
      await serves();
      const answers = await Promise.all(slow);
      for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408[^]*"code":"too-slow"/);
      await serves();
      expect(asked.toSorted()).toEqual(['GET 200', 'GET 200', ...slow.map(() => 'POST 408')]);
      expect(shop.paid).toEqual([]);
    },
  );

  test('an approval of which the last byte never comes approves nothing', async () => {
    const { shop, url, body, head, serves } = await served(listen);
    const sent = `${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, -1)}`;
    const cut = await connectTo(url, sent);
    const { ended } = await connectTo(url, sent);
    cut.leave();
    expect(statusIn(await ended)).toBe(408);
    await serves();
    expect(shop.paid).toEqual([]);
  });

  test('who is nobody is told so before their body has come', async () => {
    const { url, head } = await served(listen);
    const stranger = head.replace('Bearer kim', 'Bearer mallory');
    const answer = await trickle(await connectTo(url, `${stranger}Content-Length: 1000\r\n\r\n`), 'x'.repeat(1000));
    expect(statusIn(answer)).toBe(401);
  });

  test('who asks for a stream and owes a body is cut off when the time of a request is over', async () => {
    const { url, at } = await served(listen);
    const asks = `GET /threads/${at.thread}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer kim\r\n`;
    const answer = await trickle(await connectTo(url, `${asks}Content-Length: 100000\r\n\r\n`), 'x'.repeat(100_000));
    expect(answer).toMatch(/^HTTP\/1\.1 200[^]*event: format/);
  });

  test('three hundred connections that say nothing are cut off, and others are served meanwhile', async () => {
    const { shop, url, asked, serves } = await served(listen);
    const idle = await Promise.all(Array.from({ length: 300 }, () => connectTo(url)));
    await serves();
    await Promise.all(idle.map(({ ended }) => ended));
    await serves();
    expect([asked, shop.paid]).toEqual([['GET 200', 'GET 200'], []]);
  });
});

test('a program that serves for this machine waits ten seconds for headers, and a minute for a request', () => {
  expect(connectionLimits).toEqual({
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 2_000,
  });
});
