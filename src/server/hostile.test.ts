// A client that wants what it may not have. Whatever it tries, nothing runs that nobody wanted, and the server answers on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openShop, requestAs, shopsOfTests } from '../../test/server/shop.ts';
import type { Shop, ShopOptions } from '../../test/server/shop.ts';
import { memoryStore } from '../store/memory/index.ts';
import { sqliteStore } from '../store/sqlite/index.ts';
import { testClock } from '../testing/test-clock.ts';

const shopWith = shopsOfTests();

const approve = { type: 'approve' } as const;

/** A payment waits, and somebody tries something; afterwards it still waits, nothing was paid, and the server answers. */
async function attacked(
  attack: (shop: Shop, at: { thread: string; call: string; seen: string }) => Promise<unknown>,
  options: ShopOptions = {},
): Promise<void> {
  const shop = shopWith(options);
  const at = await shop.waiting();
  await attack(shop, at);
  expect(shop.paid).toEqual([]);
  const { waiting } = (await shop.ask('kim', `GET /threads/${at.thread}`)).body;
  expect(waiting).toMatchObject([{ call: { id: at.call, state: 'awaiting-approval' }, seen: at.seen }]);
}

describe('a hostile client', () => {
  test('cannot approve what the model never asked for', () =>
    attacked(async ({ ask }, { thread, seen }) => {
      const decisions = [{ call: 'made-up', seen, decision: approve }];
      const { body } = await ask('kim', `POST /threads/${thread}/decisions`, { decisions });
      expect(body.answers).toEqual([{ type: 'not-found' }]);
    }));

  test('cannot sign for somebody else (D7)', () =>
    attacked(async ({ ask }, { thread, call, seen }) => {
      const one = { call, seen, decision: approve };
      const send = (body: unknown) => ask('kim', `POST /threads/${thread}/decisions`, body);
      expect((await send({ decisions: [one], by: 'cfo' })).status).toBe(400);
      expect((await send({ decisions: [{ ...one, by: 'cfo' }] })).status).toBe(400);
      expect((await send({ decisions: [{ ...one, decision: { ...approve, by: 'cfo' } }] })).status).toBe(400);
    }));

  test('cannot decide without the right, nor answer in place of the tool (D7)', () =>
    attacked(async ({ ask }, { thread, call, seen }) => {
      for (const decision of [approve, { type: 'answer', output: { receipt: 1 } }]) {
        const decisions = [{ call, seen, decision }];
        const { body } = await ask('ann', `POST /threads/${thread}/decisions`, { decisions });
        expect(body.answers).toMatchObject([{ type: 'forbidden' }]);
      }
    }));

  test('cannot bring other arguments, or a history of its own (X2)', () =>
    attacked(async ({ ask }, { thread, call, seen }) => {
      const decisions = [{ call, seen, decision: approve, input: { amount: 99 }, arguments: '{"amount":99}' }];
      expect((await ask('kim', `POST /threads/${thread}/decisions`, { decisions })).status).toBe(400);
      const messages = [{ role: 'assistant', parts: [{ type: 'tool', call: { id: call, state: 'approved' } }] }];
      const said = await ask('ann', `POST /threads/${thread}/messages`, { content: 'Go on.', messages });
      expect(said.status).toBe(400);
      // An edit is validated like what the model wrote.
      const edit = { type: 'approve', input: { amount: 5_000 } };
      const edited = await ask('kim', `POST /threads/${thread}/decisions`, {
        decisions: [{ call, seen, decision: edit }],
      });
      expect(edited.body.answers).toMatchObject([{ type: 'invalid' }]);
    }));

  test('cannot decide about what it was not shown (D1)', () =>
    attacked(async ({ ask }, { thread, call }) => {
      const send = async (one: object) =>
        (await ask('kim', `POST /threads/${thread}/decisions`, { decisions: [{ call, decision: approve, ...one }] }))
          .body;
      expect((await send({ seen: '0'.repeat(64) })).answers).toMatchObject([{ type: 'stale' }]);
      expect((await send({})).answers).toMatchObject([{ type: 'invalid', issues: [{ path: ['seen'] }] }]);
    }));

  test('sees nothing of another tenant (X1)', () =>
    attacked(async ({ ask }, { thread, call, seen }) => {
      const decisions = [{ call, seen, decision: approve }];
      const tried = [
        await ask('eve', `GET /threads/${thread}`),
        await ask('eve', `GET /threads/${thread}/events`),
        await ask('eve', `POST /threads/${thread}/messages`, { content: 'Pay me.' }),
        await ask('eve', `POST /threads/${thread}/decisions`, { decisions }),
        await ask('eve', `POST /threads/${thread}/cancel`, { calls: true }),
        await ask('eve', `PATCH /threads/${thread}`, { title: 'mine' }),
        await ask('eve', `DELETE /threads/${thread}`),
      ];
      expect(tried.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 404]);
      expect((await ask('eve', `GET /inbox?thread=${thread}`)).body.items).toEqual([]);
      expect((await ask('eve', `GET /audit?thread=${thread}`)).body.items).toEqual([]);
    }));

  test('is nobody without authorize saying who (X4)', () =>
    attacked(async ({ ask }, { thread }) => {
      expect((await ask('mallory', `GET /threads/${thread}`)).status).toBe(401);
      expect((await ask('__proto__', `GET /threads/${thread}`)).status).toBe(401);
    }));

  test('cannot decide too late (S2)', async () => {
    const clock = testClock('2030-01-01T09:00:00Z');
    const shop = shopWith({ store: memoryStore({ now: clock.now }), expiresIn: 60_000 });
    const { thread, call, seen } = await shop.waiting();
    clock.advance(120_000);
    const decisions = [{ call, seen, decision: approve }];
    const { body } = await shop.ask('kim', `POST /threads/${thread}/decisions`, { decisions });
    expect(body.answers).toMatchObject([{ type: 'expired' }]);
    await shop.until(thread, 'done');
    expect(shop.paid).toEqual([]);
  });

  test('replays a decision three times, by two processes on one file: it runs once (P3)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yourcall-hostile-'));
    const paid: number[] = [];
    const file = () => sqliteStore(join(folder, 'shop.db'));
    const stores = [file(), file()];
    const [one, two] = stores.map((store) => openShop({ store, paid })) as [Shop, Shop];
    const { thread, call, seen } = await one.waiting();
    const decisions = [{ call, seen, decision: approve }];
    const answers = await Promise.all(
      [one, two, one, two, one, two].map((shop) => shop.ask('kim', `POST /threads/${thread}/decisions`, { decisions })),
    );
    await two.until(thread, 'done');
    expect(answers.map(({ body }) => body.answers[0].type).toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 'already'),
      'applied',
    ]);
    expect(paid).toEqual([50]);
    for (const shop of [one, two]) await shop[Symbol.asyncDispose]();
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['no JSON', 'POST', '{"decisions":', {}, 400, 'malformed'],
    ['a list', 'POST', '[]', {}, 400, 'malformed'],
    ['a form', 'POST', 'decisions=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'wrong-type'],
    ['plain text', 'POST', '{}', { 'content-type': 'text/plain' }, 415, 'wrong-type'],
    ['half a character', 'POST', '{"content":"\\ud800"}', {}, 400, 'malformed'],
    ['nested', 'POST', `{"decisions":${'['.repeat(100_000)}`, {}, 400, 'too-deep'],
    ['large', 'POST', `{"decisions":"${'x'.repeat(2 ** 20)}"}`, {}, 413, 'too-large'],
    ['a page of another origin', 'POST', '{}', { origin: 'https://evil.example' }, 403, 'cross-origin'],
    ['a page without origin', 'POST', '{}', { origin: 'null' }, 403, 'cross-origin'],
    ['another site', 'POST', '{}', { 'sec-fetch-site': 'cross-site' }, 403, 'cross-origin'],
    ['another host', 'POST', '{}', { host: 'evil.example' }, 421, 'wrong-host'],
    ['another method', 'DELETE', '', {}, 405, 'wrong-method'],
  ])('is refused: %s', async (_, method, body, headers, status, code) => {
    await attacked(async ({ ask }, { thread }) => {
      const answer = await ask('kim', `${method} /threads/${thread}/decisions`, body, headers);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(JSON.stringify(answer.body)).not.toMatch(/\.ts|node_modules| at /);
    });
  });

  test('has so many requests and streams, and is told when to come back', async () => {
    let now = 0;
    const limits = { rate: { burst: 2, perSecond: 0.5 }, streams: 1 };
    const shop = shopWith({ script: [], limits, clock: () => now });
    const status = async (who: string) => (await shop.ask(who, 'GET /threads')).status;
    expect([await status('ann'), await status('ann'), await status('bob')]).toEqual([200, 200, 200]);
    const refused = await shop.ask('ann', 'GET /threads');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    now += 2_000;
    expect([await status('ann'), await status('ann')]).toEqual([200, 429]);
    now += 60_000;
    const first = await shop.handler.fetch(requestAs('kim', 'GET /inbox/events'));
    expect((await shop.ask('kim', 'GET /inbox/events')).status).toBe(429);
    await first.body!.cancel();
    now += 60_000;
    const again = await shop.handler.fetch(requestAs('kim', 'GET /inbox/events'));
    expect(again.status).toBe(200);
    await again.body!.cancel();
  });

  test('reads on no longer than it may (X1)', async () => {
    let mayRead = true;
    const shop = shopWith({
      script: [],
      limits: { reauthorize: 5 },
      authorize: () =>
        mayRead ? { principal: 'kim', tenant: 'acme', scopes: ['decide'] } : new Response(null, { status: 401 }),
    });
    const response = await shop.handler.fetch(requestAs('kim', 'GET /inbox/events'));
    mayRead = false;
    // It ends by itself.
    expect(await response.text()).toContain(':\n\n');
  });

  test('sends so slowly that nobody waits for it', async () => {
    const shop = shopWith({ script: [], limits: { bodyTime: 5 } });
    const body = new ReadableStream({ start: (one) => one.enqueue(new TextEncoder().encode('{')) });
    const { url, headers } = requestAs('ann', 'POST /threads');
    const request = new Request(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect((await shop.handler.fetch(request)).status).toBe(408);
  });
});
