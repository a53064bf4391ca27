import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { refund, shopChat } from './shop-chat.ts';
import { openSite, visit } from './visit.ts';

describe('a click counts where it was aimed', () => {
  it('not on a card that has just appeared, and then it does (X5)', async () => {
    const site = await openSite({ chat: shopChat({ refund }).chat });
    const thread = await site.said('a refund of A-17');
    const page = await visit(site.console('ann'));
    const decisions = decisionsOf(page);
    // As fast as a page can: in the very frame in which the button is there.
    await page.evaluate((fragment) => {
      const seen = new MutationObserver(() => {
        const button = [...document.querySelectorAll('button')].find(({ textContent }) =>
          textContent.startsWith('Approve'),
        );
        if (!button) return;
        seen.disconnect();
        button.click();
        Object.assign(globalThis, { clickedAt: performance.now() });
      });
      seen.observe(document.body, { subtree: true, childList: true });
      location.hash = fragment;
    }, `#/thread/${thread}`);
    await page.waitForFunction(() => 'clickedAt' in globalThis);
    await page.waitForFunction(
      () => performance.now() > (globalThis as unknown as { clickedAt: number }).clickedAt + 350,
    );
    expect(decisions).toEqual([]);
    await page.getByRole('button', { name: /^Approve/ }).click();
    await site.until(thread, 'done');
    expect(decisions).toHaveLength(1);
  });

  it('not on a card that has just moved under the pointer, until it has stood still for 300 ms (X5)', async () => {
    const site = await openSite({ chat: shopChat({ refund }).chat });
    const thread = await site.said('a refund of A-17');
    const page = await visit(`${site.console('ann')}`);
    await page.getByRole('link', { name: /a refund of A-17/ }).click();
    const approve = page.getByRole('button', { name: /^Approve/ });
    const decisions = decisionsOf(page);
    await approve.hover();
    await page.waitForTimeout(350);
    // What is above it grows, and the button is clicked two frames after.
    await page.evaluate(async () => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) =>
        textContent.startsWith('Approve'),
      )!;
      const card = button.closest<HTMLElement>('section')!;
      const frame = () => new Promise(requestAnimationFrame);
      card.style.translate = '0 -30px';
      await frame();
      await frame();
      button.click();
    });
    await page.waitForTimeout(50);
    expect(decisions).toEqual([]);
    await page.waitForTimeout(350);
    await page.evaluate(() =>
      [...document.querySelectorAll('button')].find(({ textContent }) => textContent.startsWith('Approve'))!.click(),
    );
    await site.until(thread, 'done');
    expect(decisions).toHaveLength(1);
  });
});

/** What the page sends of decisions. */
function decisionsOf(page: Page): readonly string[] {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/decisions')) sent.push(request.postData() ?? '');
  });
  return sent;
}
