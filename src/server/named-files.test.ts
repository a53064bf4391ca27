// Big files in front-ends as they are: where a page finds them, and what it may say with their addresses.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { requestAs, shopsOfTests } from '../../test/server/shop.ts';
import type { Shop, ShopOptions } from '../../test/server/shop.ts';
import { agUi } from './ag-ui/index.ts';
import { aiSdk } from './ai-sdk/index.ts';
import { digestIn } from './file-address.ts';

const openShops = shopsOfTests();
const bytes = Buffer.alloc(40_000, 'scan');
const data = bytes.toString('base64');
const digest = createHash('sha256').update(bytes).digest('hex');
const at = (thread: string) => `/api/threads/${thread}/blobs/${digest}`;

/** A shop at `/api` for both front-ends. */
function shopWith(options: ShopOptions): Shop {
  return openShops({ basePath: '/api', dialects: [aiSdk(), agUi()], ...options });
}

interface Posted {
  readonly id: string;
  readonly role: 'user';
  readonly parts: readonly object[];
}

/** A word with a file, as `useChat` has it. */
function wordWith(url: string, text = 'What is this?'): Posted {
  const file = { type: 'file', mediaType: 'image/png', url, filename: 'scan.png' };
  return { id: 'word', role: 'user', parts: [file, { type: 'text', text }] };
}

/** Posts as `useChat` does, and gives what it is told. */
async function post({ ask }: Shop, who: string, body: object) {
  const { status, body: told } = await ask(who, 'POST /api/ai-sdk', { id: 't', ...body });
  return { status, told: String(told) };
}

async function history({ ask }: Shop) {
  return (await ask('ann', 'GET /api/ai-sdk/t/messages')).body;
}

describe('a big file', () => {
  test('is in the history of useChat, at an address that gives it (S9)', async () => {
    const shop = shopWith({ script: ['A scan.'] });
    await post(shop, 'ann', { messages: [wordWith(`data:image/png;base64,${data}`)] });
    const [word] = await history(shop);
    expect(word.parts[0]).toEqual({ type: 'file', mediaType: 'image/png', url: at('t'), filename: 'scan.png' });
    const response = await shop.handler.fetch(requestAs('ann', `GET ${word.parts[0].url}`));
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('that a model makes is told as it comes', async () => {
    const value = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data } } as const;
    const shop = shopWith({
      script: [
        {
          events: [
            { type: 'part', value },
            { type: 'finish', reason: 'stop' },
          ],
        },
      ],
    });
    const { told } = await post(shop, 'ann', {
      messages: [{ id: 'word', role: 'user', parts: [{ type: 'text', text: 'Draw.' }] }],
    });
    expect(told).toContain(`{"type":"file","mediaType":"image/png","url":"${at('t')}"}`);
    expect(told).not.toContain(data.slice(0, 100));
  });

  test('stays with its word when that is answered anew, or edited on a page that was loaded anew (D8)', async () => {
    const shop = shopWith({ script: ['A scan.', 'A map.', 'A plan.'] });
    await post(shop, 'ann', { messages: [wordWith(`data:image/png;base64,${data}`)] });
    const [word, reply] = await history(shop);
    const again = { trigger: 'regenerate-message', messageId: reply.id, messages: [word] };
    expect((await post(shop, 'ann', again)).told).toContain('map');
    const edited = { ...word, parts: [word.parts[0], { type: 'text', text: 'And this?' }] };
    expect((await post(shop, 'ann', { messageId: word.id, messages: [edited] })).told).toContain('plan');
    const { messages } = (await shop.runtime.read({ tenant: 'acme', thread: 't' }))!;
    expect(messages.map(({ parts }) => parts)).toMatchObject([
      [
        { type: 'file', mediaType: 'image/png', name: 'scan.png', source: { type: 'blob', digest, size: 40_000 } },
        { type: 'text', text: 'And this?' },
      ],
      [{ type: 'text', text: 'A plan.' }],
    ]);
  });

  test('of somebody else’s thread is had by nobody who names it (X1, X2)', async () => {
    const shop = shopWith({ script: ['A scan.', 'Hello.'] });
    await post(shop, 'ann', { messages: [wordWith(`data:image/png;base64,${data}`)] });
    const stolen = (id: string) => post(shop, 'bob', { id, messages: [wordWith(at('t'))] });
    // No thread is made of it, and none that is there takes it.
    expect((await stolen('new')).status).toBe(404);
    await post(shop, 'bob', { id: 'b', messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text: 'Hi.' }] }] });
    expect(await stolen('b')).toEqual({ status: 400, told: 'The message names a file that is not in this chat.' });
    expect((await shop.ask('bob', 'GET /api/threads')).body.items).toMatchObject([{ id: 'b' }]);
    const { messages } = (await shop.runtime.read({ tenant: 'acme', thread: 'b' }))!;
    expect(JSON.stringify(messages)).not.toContain(digest);
  });

  test('is named a few times, not a thousand', async () => {
    const film = Buffer.alloc(12 * 2 ** 20, 'film');
    const shop = shopWith({ script: ['A film.'], limits: { body: 2 ** 25 } });
    await post(shop, 'ann', { messages: [wordWith(`data:video/mp4;base64,${film.toString('base64')}`)] });
    const [{ parts }] = await history(shop);
    const naming = (times: number) => ({
      messages: [{ id: 'next', role: 'user', parts: Array.from({ length: times }, () => parts[0]) }],
    });
    expect((await post(shop, 'ann', naming(3))).status).toBe(413);
  });

  test('is in the messages of AG-UI too, at the same address, and may be said again', async () => {
    const shop = shopWith({ script: ['A scan.', 'The same.'] });
    const image = (source: object) => ({ type: 'image', source: { ...source, mimeType: 'image/png' } });
    const say = async (id: string, content: object) => {
      const body = { threadId: 't', runId: id, messages: [{ id, role: 'user', content: [content] }] };
      return String((await shop.ask('ann', 'POST /api/ag-ui', body)).body);
    };
    await say('one', image({ type: 'data', value: data }));
    const here = image({ type: 'url', value: at('t') });
    expect(await say('two', here)).toContain('The same.');
    const told = String((await shop.ask('ann', 'POST /api/ag-ui', { threadId: 't', runId: 'r', messages: [] })).body);
    const snapshot = JSON.parse(/data: (\{"type":"MESSAGES_SNAPSHOT".*\})/.exec(told)![1]!);
    const contents = snapshot.messages.filter(({ role }: { role: string }) => role === 'user');
    expect(contents.map(({ content }: { content: unknown }) => content)).toEqual([[here], [here]]);
  });
});

test.each([
  [`/threads/t/blobs/${digest}`, digest],
  [`/some/api/threads/a%2Fb/blobs/${digest}`, digest],
  [`https://evil.example/threads/t/blobs/${digest}`, undefined],
  [`/threads/t/blobs/${digest}?x`, undefined],
  [`/threads/t/blobs/${digest.slice(1)}`, undefined],
  [`/blobs/${digest}`, undefined],
])('only an address of ours names a file of a thread: %s', (url, found) => {
  expect(digestIn(url)).toBe(found);
});
