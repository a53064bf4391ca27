import { describe, expect, test } from 'vitest';
import { shopsOfTests } from '../../../test/server/shop.ts';
import type { Shop } from '../../../test/server/shop.ts';

const shopWith = shopsOfTests();

/** What a thread says, each message by its role and its text. */
async function spoken({ ask }: Shop, thread: string): Promise<readonly string[]> {
  const { messages } = (await ask('max', `GET /threads/${thread}`)).body;
  return messages.map(({ role, parts }: { role: string; parts: { type: string; text?: string }[] }) =>
    [role, ...parts.map(({ type, text }) => text ?? type)].join(': '),
  );
}

/** Ann says something, and it is answered. */
async function answered(shop: Shop) {
  const { id: thread } = (await shop.ask('ann', 'POST /threads', {})).body;
  await shop.ask('ann', `POST /threads/${thread}/messages`, { content: 'Hello?' });
  await shop.until(thread, 'done');
  const { messages, cursor } = (await shop.ask('ann', `GET /threads/${thread}`)).body;
  return { thread, cursor, word: messages[0].id as string, reply: messages.at(-1).id as string };
}

describe('a rewind', () => {
  test('has the model answer anew (D8)', async () => {
    const shop = shopWith({ script: ['Yes?', 'Good morning.'] });
    const { thread, cursor, reply } = await answered(shop);
    const { status, body } = await shop.ask('ann', `POST /threads/${thread}/rewind`, { message: reply });
    expect([status, body]).toEqual([202, { withdrawn: [reply] }]);
    const frames = await shop.until(thread, 'done', cursor);
    expect(frames.find(({ name }) => name === 'rewind')?.data).toEqual({ type: 'rewind', message: reply, by: 'ann' });
    expect(await spoken(shop, thread)).toEqual(['user: Hello?', 'assistant: Good morning.']);
  });

  test('takes other words in the place of an old one, in the name of whoever asks (D7, D8)', async () => {
    const shop = shopWith({ script: ['Yes?', 'Good night.'] });
    const { thread, cursor, word, reply } = await answered(shop);
    const { body } = await shop.ask('ann', `POST /threads/${thread}/rewind`, { message: word, content: 'Good night.' });
    expect(body).toEqual({ withdrawn: [word, reply] });
    await shop.until(thread, 'done', cursor);
    expect(await spoken(shop, thread)).toEqual(['user: Good night.', 'assistant: Good night.']);
    const { messages } = (await shop.ask('ann', `GET /threads/${thread}`)).body;
    expect(messages[0].author).toBe('ann');
  });

  test('is refused once a call may have taken effect, until somebody forces it who manages (D7, D8)', async () => {
    const shop = shopWith({ script: [{ calls: [{ name: 'pay', input: { amount: 50 } }] }, 'Paid.', 'Well.'] });
    const { thread, call, seen } = await shop.waiting();
    await shop.ask('kim', `POST /threads/${thread}/decisions`, {
      decisions: [{ call, seen, decision: { type: 'approve' } }],
    });
    await shop.until(thread, 'done');
    const { messages, cursor } = (await shop.ask('ann', `GET /threads/${thread}`)).body;
    const rewind = (who: string, more: object = {}) =>
      shop.ask(who, `POST /threads/${thread}/rewind`, { message: messages[1].id, ...more });
    expect(await rewind('ann')).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('pay may have taken effect') },
    });
    expect((await rewind('ann', { force: true })).status).toBe(403);
    expect((await rewind('kim', { force: true })).status).toBe(403);
    expect((await rewind('max')).status).toBe(409);
    expect((await rewind('max', { force: true })).status).toBe(202);
    await shop.until(thread, 'done', cursor);
    expect([await spoken(shop, thread), shop.paid]).toEqual([['user: Pay 50, please.', 'assistant: Well.'], [50]]);
  });

  test('is for whose thread it is, and of their own words (X1, D7)', async () => {
    const shop = shopWith({ script: ['Yes?', 'Good.'] });
    const { thread, cursor, reply } = await answered(shop);
    const rewind = async (who: string, message: string) =>
      (await shop.ask(who, `POST /threads/${thread}/rewind`, { message })).status;
    expect([await rewind('bob', reply), await rewind('kim', reply), await rewind('eve', reply)]).toEqual([
      404, 403, 404,
    ]);
    await shop.ask('max', `POST /threads/${thread}/messages`, { content: 'I am Max.' });
    await shop.until(thread, 'done', cursor);
    expect(await rewind('ann', reply)).toBe(403);
    expect(await spoken(shop, thread)).toEqual([
      'user: Hello?',
      'assistant: Yes?',
      'user: I am Max.',
      'assistant: Good.',
    ]);
  });

  test('is of a message that is there, by a body that is understood', async () => {
    const shop = shopWith({ script: ['Yes?'] });
    const { thread, word } = await answered(shop);
    const rewind = async (body: object) => (await shop.ask('ann', `POST /threads/${thread}/rewind`, body)).status;
    expect([
      await rewind({ message: 'nothing' }),
      await rewind({}),
      await rewind({ message: word, content: '' }),
      await rewind({ message: word, force: 'yes' }),
      await rewind({ message: word, by: 'cfo' }),
      await rewind({ message: word, content: [{ type: 'tool', call: {} }] }),
    ]).toEqual([404, 400, 400, 400, 400, 400]);
    expect(await spoken(shop, thread)).toEqual(['user: Hello?', 'assistant: Yes?']);
  });
});
