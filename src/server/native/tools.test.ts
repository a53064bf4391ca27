import { describe, expect, test } from 'vitest';
import { shopsOfTests } from '../../../test/server/shop.ts';

const shopWith = shopsOfTests();

describe('the tools of a thread', () => {
  test('are told to who may read it, and to nobody else (X1)', async () => {
    const { ask } = shopWith({ script: [] });
    const { id } = (await ask('ann', 'POST /threads', {})).body;
    const { body } = await ask('ann', `GET /threads/${id}/tools`);
    expect(body.tools).toMatchObject([
      { name: 'pay', description: 'pays', effect: 'once', input: { properties: { amount: { maximum: 100 } } } },
      { name: 'locate', effect: 'read' },
    ]);
    const statuses: number[] = [];
    for (const who of ['kim', 'max', 'bob', 'eve', ''])
      statuses.push((await ask(who, `GET /threads/${id}/tools`)).status);
    expect(statuses).toEqual([200, 200, 404, 404, 401]);
  });

  test('are none where another process has its chat', async () => {
    const { ask, runtime } = shopWith({ script: [] });
    await runtime.threads.create({ tenant: 'acme', thread: 't1', chat: 'elsewhere', owner: 'ann' });
    expect((await ask('ann', 'GET /threads/t1/tools')).body).toEqual({ tools: [] });
  });
});
