import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { pageOf } from '../../test/client/page.ts';
import { shopsOfTests } from '../../test/server/shop.ts';

const shopWith = shopsOfTests();

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

test('a view is kept for as long as somebody listens, and let go with its messages when nobody does', async () => {
  const { handler } = shopWith({ script: [] });
  let streams = 0;
  const client = pageOf(async (request) => {
    if (request.url.includes('/events')) streams += 1;
    return handler.fetch(request);
  }, 'max');
  const ids = [await client.createThread(), await client.createThread()].map(({ id }) => id);
  // Somebody listens to the first one, and nobody has either.
  const [first, second] = ids.map((id) => new WeakRef(client.thread(id)));
  let told = 0;
  // In functions of their own: what is named here would be held.
  const listen = (): unknown => first!.deref()!.subscribe(() => (told += 1));
  const isSame = (): boolean => first!.deref() === client.thread(ids[0]!);
  listen();
  await expect.poll(() => streams).toBe(1);
  await expect.poll(() => (collect(), second!.deref())).toBe(undefined);
  expect(isSame()).toBe(true);
  expect(client.thread(ids[1]!)).toBe(client.thread(ids[1]!));
  await client.say(ids[0]!, 'Hello.');
  await client.thread(ids[0]!).until(({ messages }) => messages.length > 0);
  expect([streams, told > 0]).toEqual([1, true]);
  client.thread(ids[0]!).close();
});
