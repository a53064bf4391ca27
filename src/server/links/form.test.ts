// What may be sent to the address of a link, and that it opens nothing else.
import { describe, expect, test } from 'vitest';
import { expectWaiting, mailed } from '../../../test/server/mailed.ts';
import { shopsOfTests } from '../../../test/server/shop.ts';

const shopWith = shopsOfTests();

describe('a link', () => {
  test.each([
    ['another decision', { decision: 'answer', output: '{}' }],
    ['other arguments', { decision: 'approve', input: '{"amount":99}' }],
    ['another name', { decision: 'approve', by: 'cfo' }],
    ['a reason for yes', { decision: 'approve', reason: 'yes' }],
    ['a long reason', { decision: 'reject', reason: 'x'.repeat(1001) }],
    ['nothing', {}],
  ])('takes no form but its own: %s (D7)', async (_, form) => {
    const mail = await mailed(shopWith);
    expect((await mail.post(await mail.link('kim'), form as Record<string, string>)).status).toBe(400);
    await expectWaiting(mail);
  });

  test('takes no JSON, no field twice, and no other host', async () => {
    const mail = await mailed(shopWith);
    const link = await mail.link('kim');
    const send = async (body: string, type: string, host = 'localhost') => {
      const headers = { 'content-type': type, host };
      return (await mail.shop.handler.fetch(new Request(link, { method: 'POST', body, headers }))).status;
    };
    const form = 'application/x-www-form-urlencoded';
    expect(await send('{"decision":"approve"}', 'application/json')).toBe(415);
    expect(await send('decision=reject&decision=approve', form)).toBe(400);
    expect(await send('decision=approve', form, 'evil.example')).toBe(421);
    await expectWaiting(mail);
  });

  test('opens nothing else: it is no way to read threads or to sign in', async () => {
    const mail = await mailed(shopWith);
    const token = (await mail.link('kim')).split('/').at(-1)!;
    const asked = await mail.shop.ask(token, `GET /threads/${mail.thread}`);
    expect(asked.status).toBe(401);
  });
});
