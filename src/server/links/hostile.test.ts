// Links in wrong hands, changed on their way, or too late. Whatever is tried, nothing runs that nobody wanted.
import { describe, expect, test } from 'vitest';
import { expectWaiting, mailed } from '../../../test/server/mailed.ts';
import type { Mailed } from '../../../test/server/mailed.ts';
import { shopsOfTests } from '../../../test/server/shop.ts';
import { signerWith } from './token.ts';

const shopWith = shopsOfTests();
const approve = { decision: 'approve' };

/** What becomes of a form that is sent by this link, and of a look at it. */
async function tried({ look, post }: Mailed, link: string) {
  const seen = await look(link);
  const sent = await post(link, approve);
  return [seen.status, seen.title, sent.status, sent.title];
}

const notValid = [404, 'This link is not valid', 404, 'This link is not valid'];

describe('a link', () => {
  test('that nobody signed, or another one, is none', async () => {
    const mail = await mailed(shopWith);
    const link = await mail.link('kim');
    const [payload = '', signature = ''] = link.split('/').at(-1)!.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = (changed: object) => Buffer.from(JSON.stringify({ ...claims, ...changed })).toString('base64url');
    const other = await signerWith(['another secret, which is long enough too']).sign(claims);
    const tokens = [
      payload,
      `${payload}.`,
      `${payload}.${'A'.repeat(43)}`,
      `${payload}.${signature}=`,
      `${payload}.${signature}.${signature}`,
      `${forged({ principal: 'cfo' })}.${signature}`,
      `${forged({ tenant: 'other' })}.${signature}`,
      `${forged({ until: claims.until + 1 })}.${signature}`,
      `${forged({ groups: ['finance'] })}.${signature}`,
      other,
      '__proto__',
    ];
    for (const token of tokens) expect(await tried(mail, `http://localhost/decide/${token}`)).toEqual(notValid);
    // The last character has bits that say nothing: also another spelling of the same signature is none.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spelled = letters[letters.indexOf(signature.at(-1)!) + 1]!;
    expect(await tried(mail, `${link.slice(0, -1)}${spelled}`)).toEqual(notValid);
    await expectWaiting(mail);
  });

  test('that whatever scans mails follows eighty times changes nothing', async () => {
    const mail = await mailed(shopWith);
    const link = await mail.link('kim');
    const before = (await mail.shop.ask('max', `GET /threads/${mail.thread}`)).body;
    for (let time = 0; time < 80; time += 1) {
      const method = time % 2 === 0 ? 'GET' : 'HEAD';
      const { status } = await mail.shop.handler.fetch(new Request(link, { method }));
      expect([200, 405, 429]).toContain(status);
    }
    expect((await mail.shop.ask('max', `GET /threads/${mail.thread}`)).body).toEqual(before);
    await expectWaiting(mail);
  });

  test('expires', async () => {
    let now = 0;
    const mail = await mailed(shopWith, { links: { now: () => now, expiresIn: 60_000 } });
    const link = await mail.link('kim');
    now = 60_000;
    const over = 'This link has expired';
    expect(await tried(mail, link)).toEqual([410, over, 410, over]);
    await expectWaiting(mail);
  });

  test('of somebody who may not decide any more counts no longer', async () => {
    const gone = new Set<string>();
    const mail = await mailed(shopWith, { links: { permits: ({ principal }) => !gone.has(principal) } });
    const link = await mail.link('kim');
    expect((await mail.look(link)).status).toBe(200);
    gone.add('kim');
    expect((await tried(mail, link)).slice(0, 3)).toEqual([410, 'This link has expired', 410]);
    await expectWaiting(mail);
  });

  test('about a thread of another tenant is about nothing (X1)', async () => {
    const mail = await mailed(shopWith);
    const { messages } = (await mail.shop.runtime.read({ tenant: 'acme', thread: mail.thread }))!;
    const [call] = messages.flatMap(({ parts }) => parts).flatMap((part) => (part.type === 'tool' ? [part.call] : []));
    const link = await mail.links.linkTo({
      thread: { tenant: 'other', thread: mail.thread },
      call: call!,
      principal: 'eve',
    });
    const nothing = 'There is nothing to decide';
    expect(await tried(mail, link)).toEqual([404, nothing, 404, nothing]);
    await expectWaiting(mail);
  });

  test('that is replayed, by many at once and later, runs its call once (P3, D1)', async () => {
    const mail = await mailed(shopWith);
    const link = await mail.link('kim');
    const answers = await Promise.all(Array.from({ length: 6 }, () => mail.post(link, approve)));
    await mail.shop.until(mail.thread, 'done');
    answers.push(await mail.post(link, approve), await mail.post(link, { decision: 'reject' }));
    const titles = answers.map(({ title }) => title).toSorted();
    expect(titles).toEqual(['Approved', ...Array.from({ length: 7 }, () => 'This was decided already')]);
    expect(mail.shop.paid).toEqual([50]);
    expect(await mail.look(link)).toMatchObject({ status: 200, title: 'This was decided already' });
  });

  test('does not count for what was edited since (D1, D6)', async () => {
    const mail = await mailed(shopWith, { approvers: ['kim', 'fay'] });
    const link = await mail.link('kim');
    const { shop, thread, call, seen } = mail;
    const edit = { call, seen, decision: { type: 'approve', input: { amount: 99 } } };
    await shop.ask('fay', `POST /threads/${thread}/decisions`, { decisions: [edit] });
    const already = 'This was decided already';
    expect(await tried(mail, link)).toEqual([200, already, 409, already]);
    await shop.until(thread, 'done');
    expect(shop.paid).toEqual([99]);
  });

  test('about an approval that others have to give too counts once (D4)', async () => {
    const mail = await mailed(shopWith, { approvers: ['kim'], also: ['fay'] });
    const { shop, thread, call } = mail;
    const [kim, fay] = [await mail.link('kim'), await mail.link('fay')];
    expect(await mail.post(kim, approve)).toMatchObject({ status: 200, title: 'Approved' });
    const already = 'This was decided already';
    expect(await tried(mail, kim)).toEqual([200, already, 409, already]);
    expect((await mail.post(kim, { decision: 'reject' })).title).toBe(already);
    const { waiting } = (await shop.ask('kim', `GET /threads/${thread}`)).body;
    expect([waiting, shop.paid]).toMatchObject([[{ call: { id: call, state: 'awaiting-approval' } }], []]);
    expect((await mail.post(fay, approve)).title).toBe('Approved');
    await shop.until(thread, 'done');
    expect(shop.paid).toEqual([50]);
  });

  test('of one of a group is of no use for what is still required of others (D4)', async () => {
    const mail = await mailed(shopWith, { approvers: ['finance'], also: ['security'] });
    const [fay, bob] = [await mail.link('fay', ['finance']), await mail.link('bob', ['finance'])];
    expect((await mail.post(fay, approve)).title).toBe('Approved');
    expect(await mail.post(bob, approve)).toMatchObject({ status: 403, title: 'Not yours to decide' });
    expect(await mail.post(bob, { decision: 'reject' })).toMatchObject({ status: 403, title: 'Not yours to decide' });
    expect(mail.shop.paid).toEqual([]);
  });

  test('that was sent before is out of date when something else is asked, and a new one counts (D1, D6)', async () => {
    const mail = await mailed(shopWith, { approvers: ['kim'], also: ['fay'] });
    const { shop, thread, call, seen } = mail;
    const before = await mail.link('fay');
    const edit = { call, seen, decision: { type: 'approve', input: { amount: 99 } } };
    await shop.ask('kim', `POST /threads/${thread}/decisions`, { decisions: [edit] });
    const changed = 'This has changed';
    expect(await tried(mail, before)).toEqual([409, changed, 409, changed]);
    expect(shop.paid).toEqual([]);
    const link = await mail.link('fay');
    expect((await mail.look(link)).text).toContain('<dd>99</dd>');
    expect((await mail.post(link, approve)).title).toBe('Approved');
    await shop.until(thread, 'done');
    expect(shop.paid).toEqual([99]);
  });

  test('is about nothing once its thread was erased', async () => {
    const mail = await mailed(shopWith);
    const link = await mail.link('kim');
    expect((await mail.shop.ask('max', `DELETE /threads/${mail.thread}`)).status).toBe(204);
    const nothing = 'There is nothing to decide';
    expect(await tried(mail, link)).toEqual([404, nothing, 404, nothing]);
    expect(mail.shop.paid).toEqual([]);
  });
});
