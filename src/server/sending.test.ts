// An answer that nobody reads is held in memory: it counts as one that is being given.
import { expect, test } from 'vitest';
import { requestAs, shopsOfTests } from '../../test/server/shop.ts';

const shopWith = shopsOfTests();
const limits = { concurrent: 3 };

/** Asks for answers that nobody reads yet, as many as there may be. */
async function unread(shop: ReturnType<typeof shopWith>, signal?: AbortSignal): Promise<readonly Response[]> {
  const ask = () => shop.handler.fetch(new Request(requestAs('ann', 'GET /threads'), signal ? { signal } : {}));
  const responses = await Promise.all([ask(), ask(), ask()]);
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
  return responses;
}

test('so many answers are given at once, until they are read', async () => {
  const shop = shopWith({ script: [], limits });
  const [first] = await unread(shop);
  const refused = await shop.ask('ann', 'GET /threads');
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([429, 'too-many', '1']);
  expect((await shop.ask('bob', 'GET /threads')).status).toBe(200);
  expect(await first!.json()).toEqual({ items: [] });
  expect((await shop.ask('ann', 'GET /threads')).status).toBe(200);
});

test('one that is dropped is over, and so are all of whoever goes away', async () => {
  const shop = shopWith({ script: [], limits });
  const [first] = await unread(shop);
  await first!.body!.cancel();
  expect((await shop.ask('ann', 'GET /threads')).status).toBe(200);
  const gone = new AbortController();
  const other = shopWith({ script: [], limits });
  await unread(other, gone.signal);
  expect((await other.ask('ann', 'GET /threads')).status).toBe(429);
  gone.abort();
  expect((await other.ask('ann', 'GET /threads')).status).toBe(200);
});

test('what has no body is over at once, and a stream is counted as one', async () => {
  const shop = shopWith({ script: [], limits });
  const ask = (what: string) => shop.handler.fetch(requestAs('kim', what));
  const streams = await Promise.all([1, 2, 3, 4].map(() => ask('GET /inbox/events')));
  for (let times = 0; times < 4; times += 1) await ask('HEAD /threads');
  expect((await ask('GET /threads')).status).toBe(200);
  for (const { body } of streams) await body!.cancel();
});

test('where nobody says that an answer is not read any more it is forgotten after its time', async () => {
  let now = 0;
  const shop = shopWith({ script: [], limits: { ...limits, sendTime: 5_000 }, clock: () => now });
  await unread(shop);
  expect((await shop.ask('ann', 'GET /threads')).status).toBe(429);
  now += 5_000;
  expect((await shop.ask('ann', 'GET /threads')).status).toBe(200);
});
