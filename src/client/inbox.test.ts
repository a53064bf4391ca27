import { describe, expect, test } from 'vitest';
import { pageOf } from '../../test/client/page.ts';
import { payment, shopsOfTests } from '../../test/server/shop.ts';

const shopWith = shopsOfTests();

describe('a live inbox', () => {
  test('shows what waits for whoever looks, and what others decided about (X1)', async () => {
    const shop = shopWith({ script: [payment, payment, 'Paid.', 'Never mind.'] });
    const page = (who: string) => pageOf((request) => shop.handler.fetch(request), who);
    const inbox = page('kim').inbox();
    const shown: (number | undefined)[] = [];
    inbox.subscribe(() => shown.push(inbox.getSnapshot().items?.length));
    await inbox.until(({ items }) => items?.length === 0);
    const first = await shop.waiting();
    const [item] = (await inbox.until(({ items }) => items?.length === 1)).items!;
    expect(item).toMatchObject({ thread: { id: first.thread }, call: { id: first.call, input: { amount: 50 } } });
    const second = await shop.waiting();
    const both = (await inbox.until(({ items }) => items?.length === 2)).items!;
    expect(both[0]).toBe(item);
    expect(await inbox.decide(both[0]!, { type: 'approve' })).toMatchObject({ type: 'applied' });
    const max = page('max').inbox({ thread: second.thread });
    max.subscribe(() => {});
    const [same] = (await max.until(({ items }) => items?.length === 1)).items!;
    expect(await max.decide(same!, { type: 'reject', reason: 'no' })).toMatchObject({ type: 'applied' });
    await inbox.until(({ items }) => items?.length === 0);
    expect(await inbox.decide(both[1]!, { type: 'approve' })).toMatchObject({
      type: 'already',
      earlier: { by: 'max' },
    });
    expect(shop.paid).toEqual([50]);
    expect([...new Set(shown)].filter((length) => length !== undefined)).toEqual([0, 1, 2]);
    inbox.close();
    max.close();
  });

  test('is one for all who look at the same, says that there is more, and who may not look at all', async () => {
    const shop = shopWith({ script: [payment, payment] });
    const fetch = (request: Request) => shop.handler.fetch(request);
    const client = pageOf(fetch, 'kim');
    expect(client.inbox()).toBe(client.inbox({}));
    await shop.waiting();
    await shop.waiting();
    const { items, isMore, status } = await client.inbox({ limit: 1 }).until((now) => now.items !== undefined);
    expect([items!.length, isMore, status]).toEqual([1, true, 'live']);
    const ann = pageOf(fetch, 'ann').inbox();
    await expect(ann.until(({ status }) => status === 'live')).rejects.toMatchObject({ providerCode: 'forbidden' });
  });
});
