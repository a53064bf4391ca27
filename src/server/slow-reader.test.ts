import { expect, test, vi } from 'vitest';
import { requestAs, shopsOfTests } from '../../test/server/shop.ts';
import { memoryStore } from '../store/memory/index.ts';

const shopWith = shopsOfTests();

test('what a reader does not ask for is left in the store, and is there when it asks', async () => {
  const store = memoryStore();
  const shop = shopWith({ script: [], work: false, store, limits: { rate: { burst: 1_000, perSecond: 1 } } });
  const { id } = (await shop.ask('ann', 'POST /threads', {})).body;
  const stream = await shop.handler.fetch(requestAs('ann', `GET /threads/${id}/events?after=c0`));
  const reader = stream.body!.getReader();
  const reads = vi.spyOn(store, 'read');
  const read = async (): Promise<string> => {
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream has ended');
    return new TextDecoder().decode(value);
  };
  // A sign of life, and the format.
  expect([await read(), await read()]).toEqual([':\n\n', expect.stringContaining('event: format')]);
  for (let word = 0; word < 300; word += 1) {
    await shop.ask('ann', `POST /threads/${id}/messages`, { content: `word ${word}` });
  }
  expect(reads).not.toHaveBeenCalled();
  const words: string[] = [];
  while (words.length < 300) words.push(...(/"word \d+"/.exec(await read()) ?? []));
  await reader.cancel();
  expect(words).toEqual(Array.from({ length: 300 }, (_, word) => `"word ${word}"`));
  // A hundred at once, whatever there is.
  expect(reads.mock.calls.length).toBeLessThan(8);
});
