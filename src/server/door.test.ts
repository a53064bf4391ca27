import { describe, expect, test } from 'vitest';
import { shopsOfTests, requestAs } from '../../test/server/shop.ts';
import type { ShopOptions } from '../../test/server/shop.ts';
import { preflight } from './door.ts';

const shopWith = shopsOfTests();
const page = 'https://app.example';

test.each(['authorization', 'last-event-id', 'x-run-id', 'range', 'if-none-match'])(
  'a page of an allowed origin may send %s',
  (header) => {
    expect(preflight().headers.get('access-control-allow-headers')?.split(', ')).toContain(header);
  },
);

/** The headers of an answer that a browser looks at before it shows it to a page. */
function grantedBy({ headers }: Response): object {
  return {
    origin: headers.get('access-control-allow-origin'),
    credentials: headers.get('access-control-allow-credentials'),
    vary: headers.get('vary'),
  };
}

const granted = { origin: page, credentials: 'true', vary: 'origin' };
const nothing = { origin: null, credentials: null, vary: null };

describe('a page of another origin', () => {
  test('asks first, and is told what it may, without saying who it is', async () => {
    let asked = 0;
    const { handler } = shopWith({ script: [], origins: [page], authorize: () => (asked++, new Response('who?')) });
    const ask = (origin: string) =>
      handler.fetch(new Request('http://localhost/threads', { method: 'OPTIONS', headers: { origin } }));
    const allowed = await ask(page);
    expect([allowed.status, grantedBy(allowed)]).toEqual([204, granted]);
    expect(allowed.headers.get('access-control-allow-methods')).toBe('GET, POST, PATCH, DELETE');
    for (const origin of ['https://evil.example', 'http://app.example', `${page}.evil.example`, 'null']) {
      const refused = await ask(origin);
      expect([refused.status, grantedBy(refused)]).toEqual([403, nothing]);
    }
    expect(asked).toBe(0);
  });

  test('reads answers, streams and refusals, and when to come back', async () => {
    const { handler } = shopWith({ origins: [page], limits: { rate: { burst: 3, perSecond: 1 } }, clock: () => 0 });
    const ask = (path: string) => handler.fetch(requestAs('kim', path, undefined, { origin: page }));
    const stream = await ask('GET /inbox/events');
    await stream.body!.cancel();
    const answers = [stream, await ask('GET /threads'), await ask('GET /threads/none'), await ask('GET /threads')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 429]);
    expect(answers.map(grantedBy)).toEqual(answers.map(() => granted));
    expect(answers.at(-1)!.headers.get('retry-after')).toBe('1');
    expect(answers.at(-1)!.headers.get('access-control-expose-headers')).toBe('retry-after, etag, content-range');
  });

  test('reads what a route has from elsewhere, whose headers cannot be changed', async () => {
    const handle = (): Response => Response.redirect('http://localhost/elsewhere');
    const moved = { name: 'moved', routes: [{ method: 'GET', path: '/moved', handle }] } as const;
    const { handler } = shopWith({ script: [], origins: [page], dialects: [moved] });
    const answer = await handler.fetch(requestAs('ann', 'GET /moved', undefined, { origin: page }));
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://localhost/elsewhere']);
    expect(grantedBy(answer)).toEqual(granted);
  });
});

describe('a name of the server', () => {
  const ask = async (headers: Record<string, string>, options: ShopOptions = {}) =>
    (await shopWith({ script: [], ...options }).ask('ann', 'GET /threads', undefined, headers)).status;

  test.each(['localhost/threads', 'localhost?', 'localhost#', 'mallory@localhost', 'localhost, evil.example', ''])(
    'is not %j (X4)',
    async (host) => {
      expect(await ask({ host })).toBe(421);
    },
  );

  test('is compared with the origin of a page, whoever checks it, and only with one of the web', async () => {
    const origin = 'http://127.0.0.1:4141';
    expect(await ask({ host: '127.0.0.1:4141', origin })).toBe(200);
    expect(await ask({ host: '127.0.0.1:4141', origin: origin.replace('http', 'ftp') })).toBe(403);
    expect(await ask({ host: '127.0.0.1:99999', origin }, { hosts: 'any' })).toBe(403);
    expect(await ask({ host: 'mallory@127.0.0.1:4141', origin }, { hosts: 'any' })).toBe(403);
  });
});
