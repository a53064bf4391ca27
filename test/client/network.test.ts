// A page and a server over a real network, which breaks, and a server that is started anew on its file.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ThreadSnapshot } from '../../src/client/thread.ts';
import type { SomeTools } from '../../src/client/typed.ts';
import { textOf } from '../../src/conversation/message.ts';
import { toNodeListener } from '../../src/node/listener.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import { openShop } from '../server/shop.ts';
import type { Shop, ShopOptions } from '../server/shop.ts';
import { pageOf, sameAs } from './page.ts';

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

interface Site {
  readonly shop: Shop;
  readonly port: number;
  /** Cuts every connection that is open. */
  cut(): void;
  stop(): Promise<void>;
}

async function siteOf(options: ShopOptions, port = 0): Promise<Site> {
  const shop = openShop(options);
  const server: Server = createServer(toNodeListener(shop.handler));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    const closed = new Promise<unknown>((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await shop[Symbol.asyncDispose]();
  };
  ends.push(stop);
  return { shop, port: (server.address() as AddressInfo).port, cut: () => server.closeAllConnections(), stop };
}

const patient = { attempts: 10_000, random: () => 0 };
const page = ({ port }: Site) => pageOf(fetch, 'max', { ...patient, url: `http://127.0.0.1:${port}` });
const isDone = ({ thread }: ThreadSnapshot<SomeTools>): boolean => thread?.status === 'done';
const says =
  (text: string) =>
  ({ messages }: ThreadSnapshot<SomeTools>): boolean =>
    messages.some((message) => textOf(message).includes(text));

test('connections that are cut in mid-answer cost no word of it', async () => {
  const words = 'one two three four five six seven eight nine ten';
  const gates = words.split(' ').map(() => Promise.withResolvers<void>());
  const events = words
    .split(' ')
    .flatMap((word, index) => [{ type: 'text', delta: `${word} ` } as const, gates[index]!.promise]);
  const site = await siteOf({ script: [{ events: [...events, { type: 'finish', reason: 'stop' }] }] });
  const client = page(site);
  const thread = client.thread((await client.createThread()).id);
  thread.subscribe(() => {});
  await thread.say('Count.');
  for (const [index, word] of words.split(' ').entries()) {
    await thread.until(says(word));
    site.cut();
    gates[index]!.resolve();
  }
  await thread.until(isDone);
  expect(textOf(thread.getSnapshot().messages.at(-1)!)).toBe(`${words} `);
  await sameAs(thread, client);
  thread.close();
});

test('a server that is started anew in mid-answer on the same file goes on, and takes what was said meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-client-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const store = () => sqliteStore(join(folder, 'chats.db'));
  const never = new Promise<void>(() => {});
  const first = store();
  const cut = { events: [{ type: 'text', delta: 'Half of ' } as const, never] };
  const site = await siteOf({ store: first, script: [cut] });
  const client = page(site);
  const thread = client.thread((await client.createThread()).id);
  thread.subscribe(() => {});
  await thread.say('Tell me.');
  await thread.until(says('Half of'));
  await site.stop();
  await first.close();
  const saying = thread.say('Still there?');
  await thread.until(({ status }) => status === 'offline');
  expect(thread.getSnapshot().messages.at(-1)).toMatchObject({ pending: { state: 'sending' } });
  await siteOf({ store: store(), script: ['It was nothing.', 'Yes.'] }, site.port);
  expect(await saying).toMatchObject({ message: { author: 'max' } });
  await thread.until((now) => isDone(now) && now.messages.every(({ pending }) => !pending));
  const { messages } = thread.getSnapshot();
  expect(messages.map(textOf).slice(0, 2)).toEqual(['Tell me.', 'Half of ']);
  expect(messages.map(textOf)).toContain('Still there?');
  expect(messages[1]!.interrupted).toBe(true);
  await sameAs(thread, client);
  thread.close();
});
