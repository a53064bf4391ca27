import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { refund, shopChat } from './shop-chat.ts';
import { openSite, phone, visit } from './visit.ts';

const card = (page: Page) => page.getByRole('region', { name: /^Call of refund/ }).last();
const button = (page: Page, name: string) => card(page).getByRole('button', { name });

/** What was there for a moment only takes no click. */
async function settled(page: Page): Promise<void> {
  await card(page).waitFor();
  await page.waitForTimeout(400);
}

async function shop() {
  const { chat, done } = shopChat({ refund });
  const site = await openSite({ chat });
  const thread = await site.said('a refund of A-17');
  return { site, thread, paid: done.paid };
}

/** The only call that waits, in the inbox of somebody. */
async function inInbox(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^Inbox 1/ }).click();
  await page.getByRole('listitem').first().click();
  await settled(page);
}

/** Keeps what a page decides on its way until it is released. */
async function decisionHeld(page: Page): Promise<{ readonly made: Promise<void>; readonly release: () => void }> {
  const made = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  await page.route('**/decisions', async (route) => {
    made.resolve();
    await released.promise;
    await route.continue();
  });
  return { made: made.promise, release: released.resolve };
}

describe('a call that waits is decided about in the console', () => {
  it('edited in a form that says what it does not take, the change shown, and approved: it runs as edited', async () => {
    const { site, thread, paid } = await shop();
    const page = await visit(site.console('ann'));
    await inInbox(page);
    await button(page, 'Edit…').click();
    await card(page).getByRole('textbox', { name: 'amount' }).fill('101');
    await expect.poll(() => button(page, 'Approve as edited').isDisabled()).toBe(true);
    await card(page).getByRole('textbox', { name: 'amount' }).fill('30');
    await expectAccessible(page);
    await button(page, 'Approve as edited').click();
    await site.until(thread, 'done');
    expect(paid).toEqual([{ amount: 30, to: 'ann@example.org' }]);
  });

  it('approved in its thread, which goes on', async () => {
    const { site, paid } = await shop();
    const page = await visit(site.console('ann'));
    await page.getByRole('link', { name: /a refund of A-17/ }).click();
    await settled(page);
    await button(page, 'Approve').click();
    await page.getByText('The money is on its way.').waitFor();
    expect(paid).toHaveLength(1);
    // How long it ran stands beside where it stands.
    expect(await card(page).innerText()).toMatch(/ran\s+\d+ ms\s+completed/);
  });

  it('rejected with a reason, which the model is told', async () => {
    const { site, thread, paid } = await shop();
    const page = await visit(site.console('ann'));
    await inInbox(page);
    await button(page, 'Reject…').click();
    await card(page).getByLabel('Reason').fill('It was worn.');
    await page.keyboard.press('Enter');
    await site.until(thread, 'done');
    expect(paid).toEqual([]);
    const { messages } = await site.ask('ann', `GET /threads/${thread}`);
    expect(JSON.stringify(messages)).toContain('It was worn.');
  });

  it('in two tabs at once: it runs once, and the other is told who was faster (D1)', async () => {
    const { site, thread, paid } = await shop();
    const one = await visit(site.console('ann'));
    const other = await visit(site.console('kim'));
    await Promise.all([inInbox(one), inInbox(other)]);
    // Neither arrives before both were made: else one of the tabs may show that it is too late already.
    const held = await Promise.all([one, other].map(decisionHeld));
    await Promise.all([button(one, 'Approve').click(), button(other, 'Approve').click()]);
    await Promise.all(held.map(({ made }) => made));
    for (const { release } of held) release();
    await site.until(thread, 'done');
    expect(paid).toHaveLength(1);
    const told = async () => (await Promise.all([one, other].map((page) => page.locator('main').innerText()))).join();
    await expect.poll(told).toMatch(/was faster: approved it/);
  });

  it('by keys alone', async () => {
    const { site, thread, paid } = await shop();
    const page = await visit(site.console('ann'));
    await page.getByRole('link', { name: /^Inbox 1/ }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.keyboard.press('j');
    await settled(page);
    await page.keyboard.press('a');
    await site.until(thread, 'done');
    expect(paid).toHaveLength(1);
  });

  it('on a phone, and twice by two fast clicks is once', async () => {
    const { site, thread, paid } = await shop();
    const page = await visit(site.console('ann'), { viewport: phone });
    await inInbox(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
    await button(page, 'Approve').dblclick();
    await site.until(thread, 'done');
    expect(paid).toHaveLength(1);
  });

  it('behind a reload while it waits, with what is shown as it was', async () => {
    const { site, thread, paid } = await shop();
    const page = await visit(site.console('ann'));
    await inInbox(page);
    const shown = await card(page).locator('[aria-label="Arguments"]').first().innerText();
    await page.reload();
    await settled(page);
    expect(await card(page).locator('[aria-label="Arguments"]').first().innerText()).toBe(shown);
    await button(page, 'Approve').click();
    await site.until(thread, 'done');
    expect(paid).toHaveLength(1);
  });
});
