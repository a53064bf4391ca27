import { expect, test } from 'vitest';
import { authorize, shopsOfTests } from '../../../test/server/shop.ts';
import { createHandler } from '../handler.ts';

const shopWith = shopsOfTests();

test('however many inboxes are open, one is looked at at a time, and each is told what there is in the end', async () => {
  const shop = shopWith({ script: [], work: false });
  const { runtime } = shop;
  let under = 0;
  let most = 0;
  const inbox: typeof runtime.inbox = async (query) => {
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setTimeout(resolve, 1));
    under -= 1;
    const { items } = await runtime.threads.list({ tenant: query.tenant });
    // As if whatever was changed last had begun to wait.
    return { items: [], next: `${items.length}` };
  };
  const handler = createHandler({ runtime: { ...runtime, inbox }, authorize });
  const open = new AbortController();
  const told: string[] = [];
  const watching = Array.from({ length: 30 }, async (_, place) => {
    const headers = { authorization: 'Bearer kim' };
    const request = new Request('http://127.0.0.1/inbox/events', { headers, signal: open.signal });
    const { body } = await handler.fetch(request);
    for await (const bytes of body!) told[place] = new TextDecoder().decode(bytes);
  });
  for (let index = 0; index < 20; index += 1) await runtime.threads.create({ tenant: 'acme' });
  await expect.poll(() => told.filter((text) => text.includes('"next":"20"')).length).toBe(30);
  open.abort();
  await Promise.allSettled(watching);
  await handler.close();
  expect(most).toBe(1);
});
