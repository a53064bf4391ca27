import { describe, expect, test } from 'vitest';
import { shopsOfTests } from '../../test/server/shop.ts';
import type { Shop } from '../../test/server/shop.ts';
import type { Api } from './api.ts';
import { createClient } from './client.ts';
import { operations } from './operations.ts';

const shopWith = shopsOfTests();

/** A client of somebody. */
function clientOf({ handler }: Shop, who: string): Api {
  const headers = { authorization: `Bearer ${who}` };
  return createClient({ url: 'http://localhost/', headers, fetch: (request) => handler.fetch(request) });
}

describe('the client of the native API', () => {
  test('has every operation of the OpenAPI document with its parameters, and no other', async () => {
    const { ask } = shopWith({ work: false });
    const { body: document } = await ask('', 'GET /openapi.json');
    const asked = new Map<string, { readonly names: Set<string>; readonly body: Set<string> }>();
    const client = createClient({
      url: 'http://localhost',
      async fetch(request) {
        const { pathname, searchParams } = new URL(request.url);
        const path = pathname
          .replace('/threads/t', '/threads/{thread}')
          .replace('/blobs/d', '/blobs/{digest}')
          .replace('/calls/c/', '/calls/{call}/')
          .replace(/^\/grants\/g$/, '/grants/{grant}');
        const operation = `${request.method} ${path}`;
        const { names, body } = asked.get(operation) ?? { names: new Set(), body: new Set() };
        asked.set(operation, { names, body });
        for (const name of searchParams.keys()) names.add(name);
        for (const name of request.headers.keys()) if (name !== 'content-type') names.add(name);
        if (request.body) for (const name of Object.keys((await request.json()) as object)) body.add(name);
        return Response.json({});
      },
    });
    await everything(client);
    const told = Object.entries<Record<string, Described>>(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => [`${method.toUpperCase()} ${path}`, ...namesIn(described)]),
    );
    const had = [...asked].map(([operation, { names, body }]) => [operation, ...[...names, ...body].toSorted()]);
    expect(had.toSorted()).toEqual(told.toSorted());
    expect([...new Set(Object.values(operations))].toSorted()).toEqual([...asked.keys()].toSorted());
  });

  test('makes, lists, reads, renames, archives and erases threads', async () => {
    const client = clientOf(shopWith({ script: [] }), 'max');
    const { id } = await client.createThread({ title: 'Lunch' });
    await client.createThread();
    expect(await client.renameThread(id, 'Dinner')).toMatchObject({ id, title: 'Dinner', owner: 'max' });
    const first = await client.listThreads({ limit: 1 });
    const second = await client.listThreads({ limit: 1, after: first.next! });
    expect([first, second].map(({ items }) => items[0]?.title)).toEqual(['Dinner', undefined]);
    await client.archiveThread(id);
    expect((await client.listThreads({ archived: true })).items.map((one) => one.id)).toEqual([id]);
    expect((await client.readThread(id)).messages).toEqual([]);
    expect((await client.readTools(id)).map(({ name }) => name)).toEqual(['pay', 'locate']);
    await client.eraseThread(id);
    await expect(client.readThread(id)).rejects.toMatchObject({ code: 'invalid-request', status: 404 });
  });

  test('says something once under one key, watches, decides, and reads inbox and audit', async () => {
    const shop = shopWith();
    const client = clientOf(shop, 'max');
    const { id } = await client.createThread();
    const say = () => client.say(id, 'Pay 50, please.', { key: '1', while: 'queue' });
    expect([await say(), await say()]).toMatchObject([{ type: 'sent' }, { message: { author: 'max' } }]);
    const told: string[] = [];
    for await (const { event } of client.watchThread(id, { after: 'c0' })) {
      told.push(event.type);
      if (event.type === 'paused') break;
    }
    expect(told[0]).toBe('message');
    const [item] = (await client.readInbox({ thread: id })).items;
    const choice = { call: item!.call.id, seen: item!.seen, decision: { type: 'approve' } } as const;
    expect(await client.decide(id, [choice, { ...choice, call: 'nothing' }])).toMatchObject([
      { type: 'applied' },
      { type: 'not-found' },
    ]);
    expect((await client.readAudit()).items).toMatchObject([{ thread: id, decided: { by: 'max' } }]);
    const [trail] = (await client.readTrails({ thread: id })).items;
    expect(trail).toMatchObject({ tenant: 'acme', thread: id, end: { count: 1 }, entries: [{ place: 1 }] });
    expect(await client.checkAudit({ thread: id })).toEqual({ type: 'whole', trails: 1, entries: 1, isKeyed: false });
    await Promise.all([client.health(), client.readiness()]);
    expect(await client.readMe()).toMatchObject({ principal: 'max', tenant: 'acme' });
  });

  test('stops what runs, and what waits only where that is said (E7)', async () => {
    const shop = shopWith();
    const client = clientOf(shop, 'max');
    const { thread } = await shop.waiting();
    expect(await client.cancel(thread)).toBe(false);
    expect((await client.readThread(thread)).waiting).toHaveLength(1);
    expect(await client.cancel(thread, { calls: true })).toBe(true);
    expect((await client.readThread(thread)).waiting).toEqual([]);
  });

  test('has a model answer anew, and reads what a file refers to', async () => {
    const shop = shopWith({ script: ['Hello.', 'Hi.'] });
    const client = clientOf(shop, 'ann');
    const { id } = await client.createThread();
    const data = Buffer.alloc(40_000, 7).toString('base64');
    const file = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data } } as const;
    await client.say(id, [file]);
    await shop.until(id, 'done', 'c0');
    const { messages } = await client.readThread(id);
    const [part] = messages[0]!.parts;
    const digest = part?.type === 'file' && part.source.type === 'blob' ? part.source.digest : '';
    expect(await client.readBlob(id, digest)).toEqual(new Uint8Array(40_000).fill(7));
    const answer = messages[1]!.id;
    expect(await client.rewind(id, answer)).toEqual([answer]);
  });

  test('is told of the inbox, whole, whenever it changes', async () => {
    const shop = shopWith();
    const sizes: number[] = [];
    for await (const { items } of clientOf(shop, 'kim').watchInbox()) {
      if (sizes.push(items.length) === 1) await shop.waiting();
      else break;
    }
    expect(sizes).toEqual([0, 1]);
  });
});

/** Asks for everything that the client has, with everything that may be said. */
async function everything(client: Api): Promise<void> {
  const page = { limit: 1, after: 'x', thread: 't' };
  const asked: Record<keyof Api, () => unknown> = {
    readMe: () => client.readMe(),
    createThread: () => client.createThread({ title: 'x' }),
    listThreads: () => client.listThreads({ limit: 1, after: 'x', archived: true, owner: 'ann', within: 't1' }),
    readThread: () => client.readThread('t'),
    readTools: () => client.readTools('t'),
    renameThread: () => client.renameThread('t', 'x'),
    archiveThread: () => client.archiveThread('t'),
    eraseThread: () => client.eraseThread('t'),
    retryThread: () => client.retryThread('t'),
    say: () => client.say('t', 'x', { key: '1', while: 'queue' }),
    rewind: () => client.rewind('t', 'm', { content: 'x', force: true }),
    readBlob: () => client.readBlob('t', 'd'),
    cancel: () => client.cancel('t', { calls: true }),
    decide: () => client.decide('t', []),
    offerGrants: () => client.offerGrants('t', 'c'),
    grant: () => client.grant('t', 'c', { choice: 'x', scope: 'hour' }),
    listGrants: () => client.listGrants({ thread: 't' }),
    revokeGrant: () => client.revokeGrant('g'),
    watchThread: () => client.watchThread('t', { after: 'c0' }).next(),
    readInbox: () => client.readInbox(page),
    watchInbox: () => client.watchInbox({ limit: 1, thread: 't' }).next(),
    readAudit: () => client.readAudit({ ...page, order: 'newest-first' }),
    readTrails: () => client.readTrails({ thread: 't', limit: 2, after: 'c' }),
    checkAudit: () => client.checkAudit({ thread: 't' }),
    health: () => client.health(),
    readiness: () => client.readiness(),
    describe: () => client.describe(),
  };
  for (const one of Object.values(asked)) await one();
}

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: { readonly properties: object } } };
  };
}

/**
 * What may be said in a request; the place to go on from stands in the address, as it may not stand in a header of a page, and
 * what a browser has it knows by itself.
 */
function namesIn({ parameters = [], requestBody }: Described): readonly string[] {
  const names = parameters.filter((one) => one.in !== 'path' && !byBrowsers.has(one.name)).map(({ name }) => name);
  const members = Object.keys(requestBody?.content['application/json'].schema.properties ?? {});
  return [...names, ...members].toSorted();
}

const byBrowsers: ReadonlySet<string> = new Set(['last-event-id', 'if-none-match', 'if-range', 'range']);
