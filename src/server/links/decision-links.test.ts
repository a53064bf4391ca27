import { describe, expect, test } from 'vitest';
import { mailed, secret } from '../../../test/server/mailed.ts';
import { shopsOfTests } from '../../../test/server/shop.ts';
import { decisionLinks } from './decision-links.ts';

const shopWith = shopsOfTests();
const approve = { decision: 'approve' };

describe('a link', () => {
  test('shows what is asked, and decides in the name of whom it was sent to (D7, S7)', async () => {
    const { shop, thread, link, look, post } = await mailed(shopWith);
    const sent = await link('kim');
    const page = await look(sent);
    expect([page.status, page.title]).toEqual([200, 'May pay run?']);
    expect(page.text).toContain('<dt>amount</dt><dd>50</dd>');
    expect(page.text).toContain('You decide as kim.');
    expect(await post(sent, approve)).toMatchObject({ status: 200, title: 'Approved' });
    await shop.until(thread, 'done');
    expect(shop.paid).toEqual([50]);
    const { items } = (await shop.ask('max', `GET /audit?thread=${thread}`)).body;
    expect(items).toMatchObject([{ decided: { by: 'kim', decision: { type: 'approve' } } }]);
  });

  test('says no, and why', async () => {
    const { shop, thread, link, post } = await mailed(shopWith);
    expect(await post(await link('kim'), { decision: 'reject', reason: 'too much' })).toMatchObject({
      status: 200,
      title: 'Rejected',
    });
    await shop.until(thread, 'done');
    expect(shop.paid).toEqual([]);
    const { items } = (await shop.ask('max', `GET /audit?thread=${thread}`)).body;
    expect(items).toMatchObject([{ decided: { by: 'kim', decision: { type: 'reject', reason: 'too much' } } }]);
  });

  test('is no page to keep, to show in another one, to run anything, or to tell of (X3)', async () => {
    const { link, look } = await mailed(shopWith);
    const { headers, text } = await look(await link('kim'));
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; frame-ancestors 'none'/,
      ),
    });
    expect(text).not.toMatch(/<script|src=|href=/);
  });

  test('names groups only where the approvers do, and is made for nobody else (D4, X1)', async () => {
    const { shop, thread, links, link, post } = await mailed(shopWith, { approvers: ['finance'] });
    const sent = await link('fay', ['finance', 'board']);
    const opened = await links.open(sent.slice(sent.lastIndexOf('/') + 1));
    expect(opened).toMatchObject({ type: 'valid', claims: { principal: 'fay', groups: ['finance'] } });
    await expect(link('kim', ['board'])).rejects.toThrow('kim is not among those who may decide about it');
    expect((await post(sent, approve)).title).toBe('Approved');
    await shop.until(thread, 'done');
  });

  test('counts on when another secret signs, until its own is taken away', async () => {
    const next = 'the second secret of this shop, long too';
    const { links, link, thread, call } = await mailed(shopWith);
    const token = (await link('kim')).split('/').at(-1)!;
    const opened = async (secrets: string | readonly [string, ...string[]]) =>
      (await decisionLinks({ secret: secrets, url: 'http://localhost' }).open(token)).type;
    expect(await links.open(token)).toMatchObject({ type: 'valid', claims: { thread, call, tenant: 'acme' } });
    expect([await opened([next, secret]), await opened(next)]).toEqual(['valid', 'forged']);
  });

  test('is made of a secret that cannot be guessed, and about what is asked', async () => {
    const made = (options: object) => () => decisionLinks({ secret, url: 'http://localhost', ...options });
    expect(made({ secret: 'short' })).toThrow('at least 32 characters');
    expect(made({ secret: [secret, ''] })).toThrow('at least 32 characters');
    expect(made({ secret: [] })).toThrow('at least 32 characters');
    expect(made({ url: '/decide' })).toThrow('is no address');
    const { shop, thread, link, post } = await mailed(shopWith);
    await post(await link('kim'), approve);
    await shop.until(thread, 'done');
    await expect(link('kim')).rejects.toThrow('it is completed, and no approval of it is waited for');
  });
});
