import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteStore } from 'yourcall/sqlite';
import { gated } from './gated.ts';
import { refund, shopChat } from './shop-chat.ts';
import { openSite, phone, visit } from './visit.ts';

const messages = (page: Page) => page.getByRole('log', { name: 'Messages' });
const answer = (page: Page) => page.getByRole('article', { name: 'Answer' }).last();
const standing = (page: Page, words: string) => page.locator('.talk-head').getByText(words).waitFor();

async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(words);
  await page.keyboard.press('Enter');
}

const lost = /ERR_|Failed to load/;

describe('a talk in the console', () => {
  it('is an answer with headings, lists and code, written as it comes, in a thread that has a name', async () => {
    const story = gated('# A plan\n\n- look **twice**\n- pay\n\n```ts\nconst a = 1;\n```\n\nDone.');
    const site = await openSite(shopChat({ plan: [story.turn] }));
    const page = await visit(site.console('ann'));
    await say(page, 'Make a plan.');
    await messages(page).getByText('Make a plan.').waitFor();
    await standing(page, 'working');
    story.tell(3);
    await answer(page).getByRole('heading', { name: 'A plan' }).waitFor();
    expect(await answer(page).innerText()).not.toContain('look');
    story.tell();
    await answer(page).getByText('Done.').waitFor();
    expect(await answer(page).locator('li strong').innerText()).toBe('twice');
    expect(await answer(page).locator('pre code').innerText()).toBe('const a = 1;');
    await page
      .getByRole('complementary', { name: 'Threads' })
      .getByRole('link', { name: /Make a plan/ })
      .waitFor();
  });

  it('goes on behind a reload in mid-answer: no word is lost, none comes twice', async () => {
    const words = Array.from({ length: 20 }, (_, index) => `word${index}`).join(' ');
    const story = gated(words);
    const site = await openSite(shopChat({ count: [story.turn] }));
    const page = await visit(site.console('ann'));
    await say(page, 'Please count.');
    story.tell(10);
    await answer(page).getByText('word9').waitFor();
    await page.reload();
    await answer(page).getByText('word9').waitFor();
    story.tell();
    await answer(page).getByText('word19').waitFor();
    expect(await answer(page).locator('p').first().innerText()).toBe(words);
  });

  it('keeps what was written when the answer is stopped, and says that it was cut', async () => {
    const story = gated('one two three four');
    const site = await openSite(shopChat({ count: [story.turn] }));
    const page = await visit(site.console('ann'));
    await say(page, 'Please count.');
    story.tell(2);
    await answer(page).getByText('one two').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('The answer was cut here.').waitFor();
    await expect.poll(() => answer(page).innerText()).toContain('one two');
  });

  it('takes a word while an answer is written, and answers it behind that', async () => {
    const story = gated('one two three');
    const site = await openSite(shopChat({ count: [story.turn], thanks: ['You are welcome.'] }));
    const page = await visit(site.console('ann'));
    await say(page, 'Please count.');
    story.tell(1);
    await answer(page).getByText('one').waitFor();
    await say(page, 'Many thanks.');
    await messages(page).getByText('Many thanks.').waitFor();
    story.tell();
    await messages(page).getByText('You are welcome.').waitFor();
    expect(await messages(page).innerText()).toContain('one two three');
  });

  it('says that a call waits, also behind a reload', async () => {
    const site = await openSite(shopChat({ refund }));
    const page = await visit(site.console('ann'));
    await say(page, 'a refund, please');
    const card = page.getByRole('region', { name: /refund/ }).last();
    await card.waitFor();
    await page.reload();
    await card.waitFor();
    await page.getByRole('link', { name: 'Inbox 1 waiting' }).waitFor();
  });

  it('is said otherwise, and answered anew', async () => {
    const site = await openSite(shopChat({ tea: ['Here is tea.'], coffee: ['Here is coffee.'] }));
    const page = await visit(site.console('ann'));
    await say(page, 'Some tea.');
    await answer(page).getByText('Here is tea.').waitFor();
    await messages(page).getByText('Some tea.').hover();
    await page.getByRole('button', { name: 'Say it otherwise' }).click();
    await page.getByLabel('What you say instead').fill('Some coffee.');
    await page.getByRole('button', { name: 'Say this instead' }).click();
    await answer(page).getByText('Here is coffee.').waitFor();
    expect(await messages(page).innerText()).not.toContain('tea');
  });

  it('is tried again where it has failed', async () => {
    let asked = 0;
    const turn = () => (++asked === 1 ? { error: new Error('broken') } : 'Now it works.');
    const site = await openSite(shopChat({ work: [turn] }));
    const page = await visit(site.console('ann'));
    await say(page, 'Please work.');
    await page.getByRole('alert').getByText('The answer failed').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await answer(page).getByText('Now it works.').waitFor();
  });

  it('is renamed, put away, found again and erased', async () => {
    const site = await openSite(shopChat({ '': ['Hello.'] }));
    const page = await visit(site.console('ann'));
    const threads = page.getByRole('complementary', { name: 'Threads' });
    const menu = page.getByLabel('What may be done with this thread');
    await say(page, 'Good morning.');
    await answer(page).getByText('Hello.').waitFor();
    await menu.click();
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Title').fill('Greetings');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { name: 'Greetings' }).waitFor();
    await threads.getByRole('link', { name: /Greetings/ }).waitFor();
    await menu.click();
    await page.getByRole('button', { name: 'Archive', exact: true }).click();
    await threads.getByRole('link', { name: /Greetings/ }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Archived' }).click();
    await threads.getByRole('link', { name: /Greetings/ }).click();
    await menu.click();
    await page.getByRole('button', { name: 'Erase' }).click();
    await page.getByRole('button', { name: 'Erase it' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/');
    expect((await site.ask('ann', 'GET /threads')).items).toEqual([]);
  });

  it('goes on when the server is started anew in mid-answer, on the same file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yourcall-console-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'chats.db');
    const half = gated('Half of it.');
    const store = sqliteStore(file);
    const site = await openSite({ ...shopChat({ tell: [half.turn] }), store });
    const page = await visit(site.console('ann'), { expected: lost });
    await say(page, 'Please tell.');
    half.tell(1);
    await answer(page).getByText('Half').waitFor();
    await site.stop();
    await store.close();
    await page.getByText('Offline.').first().waitFor();
    await say(page, 'Still there?');
    await page.getByText('On its way…').waitFor();
    const answers = { there: ['Yes, here.'], tell: ['All of it.'] };
    await openSite({ ...shopChat(answers), store: sqliteStore(file), port: site.port });
    await answer(page).getByText('Yes, here.').waitFor({ timeout: 40_000 });
    await page.getByText('Offline.').first().waitFor({ state: 'hidden' });
    expect(await page.getByText('Still there?').count()).toBe(1);
  });

  it('says that it is offline, sends what was written then when it is back, once', async () => {
    const site = await openSite(shopChat({ there: ['Yes, here.'], '': ['Hello.'] }));
    const page = await visit(site.console('ann'), { expected: lost });
    await say(page, 'Good morning.');
    await answer(page).getByText('Hello.').waitFor();
    await page.context().setOffline(true);
    site.cut();
    await page.getByText('Offline.').first().waitFor();
    await say(page, 'Are you there?');
    await page.getByText('On its way…').waitFor();
    await page.context().setOffline(false);
    await answer(page).getByText('Yes, here.').waitFor({ timeout: 40_000 });
    const [{ id }] = (await site.ask('ann', 'GET /threads')).items;
    const { messages: kept } = await site.ask('ann', `GET /threads/${id}`);
    expect(kept.filter(({ role }: { role: string }) => role === 'user')).toHaveLength(2);
  });

  it('moves nothing that is read while an answer is written', async () => {
    const story = gated(Array.from({ length: 200 }, (_, index) => `word${index}`).join(' '));
    const site = await openSite(shopChat({ count: [story.turn] }));
    const page = await visit(site.console('ann'));
    await say(page, 'Please count.');
    story.tell(1);
    await answer(page).getByText('word0').waitFor();
    await page.evaluate(() => {
      Object.assign(globalThis, { shifts: [] });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          (globalThis as unknown as { shifts: unknown[] }).shifts.push(entry.toJSON());
      }).observe({ type: 'layout-shift' });
    });
    for (let words = 1; words < 200; words += 10) {
      story.tell(10);
      await page.waitForTimeout(20);
    }
    await answer(page).getByText('word199').waitFor();
    const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: { value: number }[] }).shifts);
    expect(shifts.reduce((sum, { value }) => sum + value, 0)).toBeLessThan(0.02);
  });

  it('is read and written on a phone: the list, then the thread', async () => {
    const site = await openSite(shopChat({ '': ['Hello.'] }));
    const page = await visit(site.console('ann'), { viewport: phone });
    await say(page, 'Good morning.');
    await answer(page).getByText('Hello.').waitFor();
    await page.locator('.talk-head').getByRole('button', { name: 'Threads' }).click();
    await page
      .getByRole('complementary', { name: 'Threads' })
      .getByRole('link', { name: /Good morning/ })
      .click();
    await answer(page).getByText('Hello.').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
  });
});
