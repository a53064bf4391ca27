import { describe, expect, test } from 'vitest';
import { pageOf, sameAs } from '../../test/client/page.ts';
import { shopsOfTests } from '../../test/server/shop.ts';
import type { Shop, ShopOptions } from '../../test/server/shop.ts';
import { textOf } from '../conversation/message.ts';
import type { Client } from './client.ts';
import type { ThreadSnapshot } from './thread.ts';
import type { SomeTools } from './typed.ts';

const shopWith = shopsOfTests();

function pagesOf(options: ShopOptions = {}): Shop & { readonly page: (who: string) => Client } {
  const shop = shopWith(options);
  return { ...shop, page: (who) => pageOf((request) => shop.handler.fetch(request), who) };
}

const isDone = ({ thread }: ThreadSnapshot<SomeTools>): boolean => thread?.status === 'done';
const isPaused = ({ thread }: ThreadSnapshot<SomeTools>): boolean => thread?.status === 'paused';
const hasText =
  (text: string) =>
  ({ messages }: ThreadSnapshot<SomeTools>): boolean =>
    messages.some((message) => textOf(message).includes(text));

describe('a live thread', () => {
  test('shows what is said while it is said, and then exactly what the server has (P6)', async () => {
    const { page } = pagesOf({ script: [{ text: 'One two three four.', delay: 15 }] });
    const client = page('max');
    const thread = client.thread((await client.createThread()).id);
    const seen: string[] = [];
    thread.subscribe(() => seen.push(thread.getSnapshot().messages.slice(-1).map(textOf).join()));
    await thread.until(({ status }) => status === 'live');
    await thread.say('Count.');
    await thread.until(isDone);
    expect(new Set(seen).size).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe('One two three four.');
    expect(thread.getSnapshot().usage).toMatchObject({ input: 10, output: 5 });
    await sameAs(thread, client);
    thread.close();
  });

  test('is the same snapshot for as long as nothing changes, and shares what did not', async () => {
    const { page } = pagesOf({ script: ['One.', 'Two.'] });
    const client = page('max');
    const thread = client.thread((await client.createThread()).id);
    thread.subscribe(() => {});
    await thread.say('1');
    const first = await thread.until(isDone);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(thread.getSnapshot()).toBe(first);
    await thread.say('2');
    const second = await thread.until((now) => isDone(now) && hasText('Two.')(now));
    expect(second.messages.slice(0, 2).every((message, index) => message === first.messages[index])).toBe(true);
    thread.close();
  });

  test('is one for all who look at it: the last one to leave ends the connection', async () => {
    const shop = shopWith({ script: [] });
    let streams = 0;
    const client = pageOf((request) => {
      if (request.url.includes('/events')) streams += 1;
      return shop.handler.fetch(request);
    }, 'max');
    const { id } = await client.createThread();
    const leave = [client.thread(id).subscribe(() => {}), client.thread(id).subscribe(() => {})];
    await client.thread(id).until(({ status }) => status === 'live');
    leave[0]!();
    // As a page does that renders anew.
    leave[1]!();
    leave[1] = client.thread(id).subscribe(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([streams, client.thread(id).getSnapshot().status]).toEqual([1, 'live']);
    leave[1]!();
    await expect.poll(() => client.thread(id).getSnapshot().status).toBe('connecting');
    await client.thread(id).until(({ status }) => status === 'live');
    expect(streams).toBe(2);
  });

  test('that was closed is closed for all who have it, and another one is given after', async () => {
    const { page } = pagesOf({ script: [] });
    const client = page('max');
    const { id } = await client.createThread();
    const thread = client.thread(id);
    const leave = thread.subscribe(() => {});
    const waiting = thread.until(({ messages }) => messages.length > 0);
    thread.close();
    leave();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await expect(thread.until(() => false)).rejects.toMatchObject({ code: 'aborted' });
    expect(client.thread(id)).not.toBe(thread);
    await client.thread(id).until(({ status }) => status === 'live');
    await expect(client.thread(id).until(() => false, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });

  test('that was closed because nobody knew who asks is tried anew by whoever begins to look', async () => {
    const shop = shopWith({ script: [] });
    let who = 'max';
    const client = pageOf((request) => shop.handler.fetch(request), 'max', {
      headers: () => ({ authorization: `Bearer ${who}` }),
    });
    const thread = client.thread((await client.createThread()).id);
    who = 'nobody';
    await expect(thread.until(({ status }) => status === 'live')).rejects.toMatchObject({ code: 'auth', status: 401 });
    who = 'max';
    expect((await thread.until(({ status }) => status === 'live')).error).toBeUndefined();
    thread.close();
  });
});

describe('decisions', () => {
  test('are sent with what was shown, one by one, and seen by everybody who looks (D1)', async () => {
    const { page, paid, waiting } = pagesOf();
    const { thread: id, call: wanted, seen } = await waiting();
    const [kim, max, ann] = [page('kim').thread(id), page('max').thread(id), page('ann').thread(id)];
    for (const one of [kim, max, ann]) one.subscribe(() => {});
    const [call] = (await kim.until(isPaused)).waiting.approvals;
    const [same] = (await max.until(isPaused)).waiting.approvals;
    await ann.until(isPaused);
    expect([call!.id, seen]).toEqual([wanted, expect.any(String)]);
    expect(await kim.decide(call!, { type: 'approve' })).toMatchObject({ type: 'applied' });
    // Max still looks at what he was shown.
    expect(await max.decide(same!, { type: 'reject' })).toMatchObject({ type: 'already', earlier: { by: 'kim' } });
    expect(await ann.decide(wanted, { type: 'approve' })).toMatchObject({ type: 'forbidden' });
    expect(await kim.decide('nothing', { type: 'approve' })).toEqual({ type: 'not-found' });
    for (const one of [kim, max, ann]) await one.until(isDone);
    expect(paid).toEqual([50]);
    await sameAs(kim, page('kim'));
    await sameAs(ann, page('ann'));
    // Who may not decide is not told who did (X3).
    expect(JSON.stringify(ann.getSnapshot().messages)).not.toContain('kim');
    for (const one of [kim, max, ann]) one.close();
  });

  test('about what has changed since are stale', async () => {
    const { page, waiting } = pagesOf();
    const { thread: id } = await waiting();
    const thread = page('max').thread(id);
    thread.subscribe(() => {});
    const [call] = (await thread.until(isPaused)).waiting.approvals;
    expect(await thread.decide({ ...call!, input: { amount: 1 } }, { type: 'approve' })).toMatchObject({
      type: 'stale',
    });
    expect(await thread.decide(call!, { type: 'approve', input: { amount: 'many' } })).toMatchObject({
      type: 'invalid',
    });
    const until = new Date(Date.now() + 60_000).toISOString();
    expect(await thread.decide(call!, { type: 'snooze', until })).toMatchObject({ type: 'applied' });
    await thread.until(({ waiting }) => waiting.scheduled.length === 1);
    await expect.poll(async () => (await page('max').readThread(id)).thread.status).toBe('paused');
    await thread.until(isPaused);
    thread.close();
  });

  test('answer in place of a tool that the page itself is, by the user of the thread (D7)', async () => {
    const { page } = pagesOf({ script: [{ calls: [{ name: 'locate', input: {} }] }, 'You are in Ulm.'] });
    const client = page('ann');
    const thread = client.thread((await client.createThread()).id);
    thread.subscribe(() => {});
    void thread.say('Where am I?');
    const { waiting } = await thread.until(({ waiting }) => waiting.external.length === 1);
    const answer = { type: 'answer', output: { city: 'Ulm' } } as const;
    expect(await thread.decide(waiting.external[0]!, answer)).toMatchObject({ type: 'applied' });
    await thread.until((now) => isDone(now) && hasText('You are in Ulm.')(now));
    await sameAs(thread, client);
    thread.close();
  });

  test('count once though their answer was lost', async () => {
    const shop = shopWith();
    const { thread: id, call } = await shop.waiting();
    let sent = 0;
    const page = pageOf(async (request) => {
      const response = await shop.handler.fetch(request);
      if (request.url.endsWith('/decisions') && (sent += 1) === 1) throw new TypeError('terminated');
      return response;
    }, 'max');
    const thread = page.thread(id);
    await thread.until(isPaused);
    expect(await thread.decide(call, { type: 'approve' })).toMatchObject({ type: 'already', earlier: { by: 'max' } });
    await thread.until(isDone);
    expect([sent, shop.paid]).toEqual([2, [50]]);
    thread.close();
  });

  test('may stop the run, and what waits', async () => {
    const { page, waiting } = pagesOf();
    const { thread: id } = await waiting();
    const thread = page('max').thread(id);
    thread.subscribe(() => {});
    await thread.until(isPaused);
    expect(await thread.stop({ calls: true })).toBe(true);
    const { thread: about, waiting: waits } = await thread.until((now) => now.thread?.status === 'failed');
    expect([about?.error, waits.approvals]).toEqual(['aborted', []]);
    await sameAs(thread, page('max'));
    thread.close();
  });
});
