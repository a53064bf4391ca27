// Pages that people open: a slash behind their address leads to them, and nowhere else.
import { describe, expect, test } from 'vitest';
import { mailed } from '../../test/server/mailed.ts';
import { shopsOfTests } from '../../test/server/shop.ts';
import { consolePages } from './console/index.ts';
import type { LogEntry } from './log.ts';

const shopWith = shopsOfTests();

describe('a slash behind the address of a page', () => {
  test('leads to the console, from wherever that is mounted', async () => {
    const { handler } = shopWith({ basePath: '/api/chat', dialects: [consolePages()] });
    const asked = 'http://localhost/api/chat/console/?lang=de';
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await handler.fetch(new Request(asked, { method }));
      const to = headers.get('location')!;
      expect([status, new URL(to, asked).href]).toEqual([308, 'http://localhost/api/chat/console?lang=de']);
      // A proxy has taken away what stands before it: the browser goes by the address that it knows.
      expect(new URL(to, 'http://shop.test/behind/console/').pathname).toBe('/behind/console');
    }
  });

  test('leads to a link that decides, which is kept by nobody, told to no other site and stands in no log (X3)', async () => {
    const logged: LogEntry[] = [];
    const mail = await mailed(shopWith, { log: (entry) => logged.push(entry) });
    const link = await mail.link('kim');
    const { status, headers } = await mail.look(`${link}/`);
    expect([status, new URL(headers.get('location')!, `${link}/`).href]).toEqual([308, link]);
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
    expect(logged.at(-1)).toMatchObject({ method: 'GET', path: '/decide/:token', status: 308 });
    expect(JSON.stringify(logged)).not.toContain(link.split('/').at(-1));
  });

  test('leads nowhere from another site, behind what is no page, and where a form is sent', async () => {
    const { handler, ask } = shopWith({ dialects: [consolePages()] });
    const status = async (path: string, init: RequestInit = {}) =>
      (await handler.fetch(new Request(`http://localhost${path}`, init))).status;
    for (const path of ['/console//', '//console/', '/console.js/', '/healthz/', '/console/%2F/', '/', '//'])
      expect([path, await status(path)]).toEqual([path, 404]);
    expect(await status('/console/', { method: 'POST' })).toBe(404);
    expect(await status('/console/', { headers: { origin: 'https://evil.test' } })).toBe(403);
    // An id that was left out does not lead to all of them.
    expect((await ask('ann', 'GET /threads/')).status).toBe(404);
  });
});
