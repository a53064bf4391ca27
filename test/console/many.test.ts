import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { createChat, tool } from 'yourcall';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteStore } from 'yourcall/sqlite';
import { z } from 'zod';
import { byWords } from './by-words.ts';
import { refund, shopChat } from './shop-chat.ts';
import { openSite, visit } from './visit.ts';

/** How long a page may be busy at once, in milliseconds: a machine with other work is slow, a page that draws everything is dead. */
const patience = 400;

/** Runs something, and gives for how long the page was busy at most while it did. */
async function busiest(page: Page, run: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  });
  await run();
  await page.waitForTimeout(200);
  return page.evaluate(() => Math.max(0, ...(globalThis as unknown as { tasks: number[] }).tasks));
}

/** Turns the wheel over a list, so many times. */
async function scroll(page: Page, times: number, by: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) {
    await page.mouse.wheel(0, by);
    await page.waitForTimeout(30);
  }
}

/** The same thread, in which 10,000 messages stand: saying them all takes longer than reading them. */
function longOf(read: { readonly messages: readonly { readonly role: string }[] }): object {
  const [said, answered] = read.messages;
  const messages = Array.from({ length: 10_000 }, (_, index) => {
    const text = `Word ${index + 1}: ${'something is said '.repeat((index % 7) + 1)}`;
    return { ...(index % 2 === 0 ? said : answered), id: `m${index}`, parts: [{ type: 'text', text }] };
  });
  return { ...read, messages };
}

describe('much at once', () => {
  it('1,000 calls that wait are listed, scrolled through and gone through by keys without a jam', async () => {
    const input = { amount: 1, to: 'ann@example.org', note: 'The cup arrived broken.' };
    const calls = Array.from({ length: 20 }, () => ({ name: 'refund', input }));
    const chat = createChat({
      model: byWords({ '': [{ calls }, 'Done.'] }),
      tools: {
        refund: tool({
          description: 'Pays.',
          input: z.looseObject({}),
          effect: 'once',
          policy: { ask: { reason: 'Money.' } },
          run: () => 'paid',
        }),
      },
    });
    const site = await openSite({ chat });
    for (let group = 0; group < 10; group += 1) await Promise.all([1, 2, 3, 4, 5].map(() => site.said('pay them all')));
    const page = await visit(site.console('ann'));
    await page.getByRole('link', { name: /^Inbox 500/ }).click();
    const row = page.getByRole('listitem').first();
    await row.waitFor();
    const jam = await busiest(page, async () => {
      await row.hover();
      await scroll(page, 40, 1_500);
      await scroll(page, 10, -6_000);
      for (let step = 0; step < 20; step += 1) await page.keyboard.press('j');
    });
    expect(jam).toBeLessThan(patience);
    expect(await page.getByRole('listitem').count()).toBeLessThan(150);
    await page.getByRole('button', { name: /show 500 more/ }).click();
    await page.getByRole('button', { name: /show 500 more/ }).waitFor({ state: 'hidden' });
  });

  it('10,000 messages are opened at their end and scrolled through without a jam', async () => {
    const site = await openSite({ chat: createChat({ model: byWords({ '': ['Hello.'] }) }) });
    const id = await site.said('A long day', 'done');
    const page = await visit(site.console('ann'));
    await page.route(`**/threads/${id}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: longOf(await response.json()) });
    });
    await page.getByRole('link', { name: /A long day/ }).click();
    const log = page.getByRole('log', { name: 'Messages' });
    await log.getByText('Word 10000:').waitFor();
    const jam = await busiest(page, async () => {
      await log.getByText('Word 10000:').hover();
      await scroll(page, 40, -2_500);
    });
    expect(jam).toBeLessThan(patience);
    expect(await page.getByRole('article').count()).toBeLessThan(120);
    await page.evaluate(() => document.querySelector('.talk .virtual')!.scrollTo(0, 0));
    await log.getByText('Word 1:').waitFor();
  });

  it('the newest of 100,000 decisions are listed within two seconds, and scrolled through without a jam', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yourcall-console-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'chats.db');
    const store = sqliteStore(file);
    const site = await openSite({ chat: shopChat({ refund }).chat, store });
    onTestFinished(() => store.close());
    const thread = await site.said('a refund of A-17');
    const [{ call, seen }] = (await site.ask('ann', `GET /threads/${thread}`)).waiting;
    const decisions = [{ call: call.id, seen, decision: { type: 'approve' } }];
    await site.ask('ann', `POST /threads/${thread}/decisions`, { decisions });
    await site.until(thread, 'done');
    copied(file, 100_000);
    const page = await visit(site.console('ann'));
    await page.getByRole('link', { name: 'Audit' }).waitFor();
    const begin = performance.now();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('listitem').first().waitFor();
    const listed = Math.round(performance.now() - begin);
    console.log(`The newest of 100,000 decisions: listed after ${listed} ms.`);
    expect(listed).toBeLessThan(2_000);
    await page.getByRole('listitem').first().hover();
    expect(await busiest(page, () => scroll(page, 30, 3_000))).toBeLessThan(patience);
    expect(await page.getByRole('listitem').count()).toBeLessThan(150);
    await page.getByText(/^The newest [\d,]+ decisions/).waitFor();
  });
});

/** Writes so many decisions like the only one into a file: to make them all takes longer than to read them. */
function copied(file: string, count: number): void {
  const database = new DatabaseSync(file);
  const names = database.prepare("select name from pragma_table_info('decision')").all() as { readonly name: string }[];
  const values = names.map(({ name }) => (name === 'place' ? 'n' : name === 'at' ? 'at + n' : name));
  database.exec(`
    with recursive numbers(n) as (select 2 union all select n + 1 from numbers where n < ${count})
    insert into decision (${names.map(({ name }) => name).join()}) select ${values.join()} from numbers, decision
  `);
  database.close();
}
