import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { requestAs, shopsOfTests } from '../../../test/server/shop.ts';
import type { Shop } from '../../../test/server/shop.ts';

const shopWith = shopsOfTests();
const bytes = Buffer.alloc(40_000, 'scan');
const digest = createHash('sha256').update(bytes).digest('hex');

/** A thread of Ann in which she has sent a big file of this type. */
async function sent({ ask }: Shop, mediaType = 'image/png', name?: string): Promise<string> {
  const { id } = (await ask('ann', 'POST /threads', {})).body;
  const source = { type: 'base64', data: bytes.toString('base64') };
  const content = [{ type: 'file', mediaType, source, ...(name !== undefined && { name }) }];
  await ask('ann', `POST /threads/${id}/messages`, { content });
  return id;
}

describe('a big file of a thread', () => {
  test('is given to who may read the thread, byte for byte (S9)', async () => {
    const shop = shopWith({ script: [], work: false });
    const thread = await sent(shop);
    const path = `GET /threads/${thread}/blobs/${digest}`;
    const response = await shop.handler.fetch(requestAs('ann', path));
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'content-type': 'image/png',
      'content-length': '40000',
      'content-disposition': 'inline',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-site',
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${digest}"`,
      vary: 'authorization, cookie',
    });
    expect((await shop.ask('kim', path)).status).toBe(200);
  });

  test('is nobody else’s, and in no other thread (X1)', async () => {
    const shop = shopWith({ script: [], work: false });
    const thread = await sent(shop);
    const { id: other } = (await shop.ask('bob', 'POST /threads', {})).body;
    const { id: second } = (await shop.ask('ann', 'POST /threads', {})).body;
    const status = async (who: string, path: string, headers = {}) =>
      (await shop.ask(who, `GET ${path}`, undefined, headers)).status;
    const path = `/threads/${thread}/blobs/${digest}`;
    // Who knows the digest knows no more: not even whether it is there.
    const known = { 'if-none-match': `"${digest}"` };
    expect([await status('bob', path), await status('eve', path), await status('mallory', path)]).toEqual([
      404, 404, 401,
    ]);
    expect([await status('bob', path, known), await status('eve', path, known)]).toEqual([404, 404]);
    expect(await status('bob', `/threads/${other}/blobs/${digest}`)).toBe(404);
    expect(await status('ann', `/threads/${other}/blobs/${digest}`, known)).toBe(404);
    expect(await status('ann', `/threads/${second}/blobs/${digest}`, known)).toBe(404);
    expect(await status('ann', `/threads/${thread}/blobs/${'0'.repeat(64)}`)).toBe(404);
    expect(await status('ann', `/threads/${thread}/blobs/${digest.toUpperCase()}`)).toBe(404);
  });

  test('is sent once, and known by its digest', async () => {
    const shop = shopWith({ script: [], work: false });
    const path = `GET /threads/${await sent(shop)}/blobs/${digest}`;
    const status = async (tags: string) => (await shop.ask('ann', path, undefined, { 'if-none-match': tags })).status;
    expect([await status(`"${digest}"`), await status(`"a", W/"${digest}"`), await status('"a"')]).toEqual([
      304, 304, 200,
    ]);
  });

  test('is given in pieces, as a film is looked into, with the same labels', async () => {
    const shop = shopWith({ script: [], work: false });
    const path = `/threads/${await sent(shop, 'video/mp4')}/blobs/${digest}`;
    const piece = async (headers: Record<string, string>, what = 'GET') => {
      const response = await shop.handler.fetch(requestAs('ann', `${what} ${path}`, undefined, headers));
      const got = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: Object.fromEntries(response.headers), got };
    };
    const some = await piece({ range: 'bytes=10-19' });
    expect([some.status, some.got.equals(bytes.subarray(10, 20))]).toEqual([206, true]);
    expect(some.headers).toMatchObject({
      'content-range': 'bytes 10-19/40000',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'content-type': 'video/mp4',
      'content-disposition': 'inline',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      etag: `"${digest}"`,
    });
    const statuses = [
      await piece({ range: 'bytes=39990-' }),
      await piece({ range: 'bytes=0-9', 'if-range': `"${digest}"` }),
      await piece({ range: 'bytes=0-9', 'if-range': `W/"${digest}"` }),
      await piece({ range: 'bytes=0-9', 'if-range': '"another"' }),
      await piece({ range: 'bytes=0-9,20-29' }),
      await piece({ range: 'bytes=0-9', 'if-none-match': `"${digest}"` }),
      await piece({ range: 'bytes=0-9' }, 'HEAD'),
    ].map(({ status, got }) => [status, got.length]);
    expect(statuses).toEqual([
      [206, 10],
      [206, 10],
      [200, 40_000],
      [200, 40_000],
      [200, 40_000],
      [304, 0],
      [200, 0],
    ]);
  });

  test('has no more bytes than it has', async () => {
    const shop = shopWith({ script: [], work: false });
    const path = `GET /threads/${await sent(shop)}/blobs/${digest}`;
    const { status, body, headers } = await shop.ask('ann', path, undefined, { range: 'bytes=40000-' });
    expect([status, body.code, headers.get('content-range')]).toEqual([416, 'wrong-range', 'bytes */40000']);
    // Who may not read it is not told how long it is.
    const other = await shop.ask('bob', path, undefined, { range: 'bytes=40000-' });
    expect([other.status, other.headers.get('content-range')]).toEqual([404, null]);
  });

  test('goes with its message, and with its thread', async () => {
    const shop = shopWith({ script: [], work: false });
    const thread = await sent(shop);
    const path = `GET /threads/${thread}/blobs/${digest}`;
    const { messages } = (await shop.ask('ann', `GET /threads/${thread}`)).body;
    await shop.ask('ann', `POST /threads/${thread}/rewind`, { message: messages[0].id, content: 'Nothing.' });
    expect((await shop.ask('ann', path)).status).toBe(404);
    // The log has it still, for whoever was here then; nobody shows it a model again.
    const content = [{ type: 'file', mediaType: 'image/png', source: { type: 'blob', digest } }];
    expect((await shop.ask('ann', `POST /threads/${thread}/messages`, { content })).status).toBe(400);
    const second = await sent(shop);
    await shop.ask('max', `DELETE /threads/${second}`);
    expect((await shop.ask('ann', `GET /threads/${second}/blobs/${digest}`)).status).toBe(404);
  });

  test('is said once under one key, and named again in its own thread, nowhere else (S9, X2)', async () => {
    const { ask } = shopWith({ script: [], work: false });
    const { id } = (await ask('ann', 'POST /threads', {})).body;
    const data = Buffer.alloc(40_000, 'scan').toString('base64');
    const say = (source: object, key: string, where = id) => {
      const content = [{ type: 'file', mediaType: 'image/png', source }];
      return ask('ann', `POST /threads/${where}/messages`, { content }, { 'idempotency-key': key });
    };
    const statuses = [await say({ type: 'base64', data }, '1'), await say({ type: 'base64', data }, '1')];
    const other = Buffer.alloc(40_000, 'more').toString('base64');
    statuses.push(await say({ type: 'base64', data: other }, '1'));
    expect(statuses.map(({ status }) => status)).toEqual([202, 202, 422]);
    const { source } = (await ask('ann', `GET /threads/${id}`)).body.messages[0].parts[0];
    expect([(await say(source, '2')).status, (await say(source, '2')).status]).toEqual([202, 202]);
    const { messages } = (await ask('ann', `GET /threads/${id}`)).body;
    expect(messages.map(({ parts }: { parts: { source: object }[] }) => parts[0]!.source)).toEqual([source, source]);
    const { id: elsewhere } = (await ask('ann', 'POST /threads', {})).body;
    expect((await say(source, '3', elsewhere)).status).toBe(400);
  });

  test.each([
    ['text/html', 'application/octet-stream', 'attachment'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['application/javascript', 'application/octet-stream', 'attachment'],
    ['text/xml', 'application/octet-stream', 'attachment'],
    ['application/pdf', 'application/pdf', 'attachment'],
    ['image/PNG', 'image/png', 'inline'],
    ['video/mp4', 'video/mp4', 'inline'],
  ])('runs nothing in our name, whatever it says it is: %s', async (mediaType, type, disposition) => {
    const shop = shopWith({ script: [], work: false });
    const { headers } = await shop.ask('ann', `GET /threads/${await sent(shop, mediaType)}/blobs/${digest}`);
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([type, disposition]);
  });

  test('keeps its name, which can neither end the header nor turn it around (X5)', async () => {
    const shop = shopWith({ script: [], work: false });
    const thread = await sent(shop, 'application/pdf', 'a\'b"\r\nset-cookie: x\u202Efdp.exe');
    const { headers } = await shop.ask('ann', `GET /threads/${thread}/blobs/${digest}`);
    const [, name = ''] = /^attachment; filename\*=UTF-8''([\w%.-]+)$/.exec(headers.get('content-disposition')!) ?? [];
    expect(decodeURIComponent(name)).toBe(String.raw`a'b"\r\nset-cookie: x\u202efdp.exe`);
    expect(headers.get('set-cookie')).toBeNull();
  });
});

describe('a big result', () => {
  test('is given as bytes, whatever is in it (S9)', async () => {
    const signature = 'signed'.repeat(10_000);
    const shop = shopWith({ script: [{ calls: [{ name: 'locate', input: {} }] }, 'Here.'] });
    const { thread, call } = await shop.waiting();
    const decision = { type: 'answer', output: { map: signature } };
    await shop.ask('ann', `POST /threads/${thread}/decisions`, { decisions: [{ call, decision }] });
    await shop.until(thread, 'done');
    const { messages } = (await shop.ask('ann', `GET /threads/${thread}`)).body;
    const { output } = messages[1].parts.find(({ type }: { type: string }) => type === 'tool').call;
    const answer = await shop.ask('ann', `GET /threads/${thread}/blobs/${output.blob}`);
    expect([answer.headers.get('content-type'), JSON.parse(answer.body)]).toEqual([
      'application/octet-stream',
      { map: signature },
    ]);
  });
});
