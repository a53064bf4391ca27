// Many who watch one thread, and go from one replica to another: all of them see the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openShop, requestAs } from '../../test/server/shop.ts';
import type { Shop } from '../../test/server/shop.ts';
import { apply } from '../conversation/apply.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import type { Message } from '../conversation/message.ts';
import { sqliteStore } from '../store/sqlite/index.ts';

interface Told {
  readonly id: string;
  readonly data: string;
}

/** Reads some events of a thread behind a place, up to its end or until it leaves in the middle of a frame. */
async function readSome(shop: Shop, thread: string, { after, most }: { after: string; most: number }): Promise<Told[]> {
  const leaving = new AbortController();
  const request = new Request(
    requestAs('kim', `GET /threads/${thread}/events`, undefined, { 'last-event-id': after }),
    {
      signal: leaving.signal,
    },
  );
  const { body } = await shop.handler.fetch(request);
  const told: Told[] = [];
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body!) {
    text += decoder.decode(bytes, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop()!;
    for (const frame of frames) {
      const [, id = '', data = ''] = /^id: (.*)\nevent: .*\ndata: (.*)$/.exec(frame) ?? [];
      if (id !== '' && told.length < most) told.push({ id, data });
    }
    if (told.length === most || told.some(isLast)) break;
  }
  leaving.abort();
  return told;
}

function isLast({ data }: Told): boolean {
  return data.startsWith('{"type":"done"');
}

test('ten viewers move between two replicas in mid-answer: each is told the same, nothing twice and nothing missing (P6)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-viewers-'));
  const words = Array.from({ length: 40 }, (_, index) => `word${index} `);
  const script = [{ text: words.join(''), delay: 10 }];
  const limits = { streams: 100, rate: { burst: 10_000, perSecond: 10_000 } };
  const stores = [0, 1].map(() => sqliteStore(join(folder, 'shop.db')));
  const [works, serves] = [
    openShop({ store: stores[0]!, script, limits }),
    openShop({ store: stores[1]!, work: false, limits }),
  ];
  onTestFinished(async () => {
    for (const shop of [works, serves]) await shop[Symbol.asyncDispose]();
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true });
  });
  const { id: thread } = (await works.ask('max', 'POST /threads', {})).body as { id: string };
  const watch = async (viewer: number): Promise<readonly Told[]> => {
    const told: Told[] = [];
    for (let visit = viewer; !told.some(isLast); visit += 1) {
      const most = 1 + ((viewer * 7 + visit * 3) % 9);
      const replica = visit % 2 === 0 ? works : serves;
      told.push(...(await readSome(replica, thread, { after: told.at(-1)?.id ?? 'c0', most })));
    }
    return told;
  };
  const viewers = Promise.all(Array.from({ length: 10 }, (_, viewer) => watch(viewer)));
  await works.ask('max', `POST /threads/${thread}/messages`, { content: 'Count.' });
  const [first, ...others] = await viewers;
  expect(new Set(first!.map(({ id }) => id)).size).toBe(first!.length);
  expect(first!.length).toBeGreaterThan(5);
  for (const other of others) expect(other).toEqual(first);
  const folded = first!.reduce<readonly Message[]>(
    (messages, { data }) => apply(messages, JSON.parse(data) as ChatEvent),
    [],
  );
  expect(folded.map(textOf)).toEqual(['Count.', words.join('')]);
  const { messages } = (await serves.ask('max', `GET /threads/${thread}`)).body as { messages: readonly Message[] };
  expect(folded).toEqual(messages);
});
