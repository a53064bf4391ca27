import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { refund, shopChat } from './shop-chat.ts';
import { openSite, visit } from './visit.ts';

/** What the browser was asked to tell. */
interface Told {
  readonly title: string;
  readonly body: string;
}

/** A console in a browser that lets pages notify, and what it has told; each notification is made by the browser. */
async function desk() {
  const site = await openSite({ chat: shopChat({ refund }).chat });
  const page = await visit(site.console('ann'));
  await page.context().grantPermissions(['notifications'], { origin: site.url });
  await page.addInitScript(() => {
    const told: Told[] = [];
    const made: Notification[] = [];
    Object.assign(globalThis, { told, made });
    globalThis.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        told.push({ title: this.title, body: this.body });
        made.push(this);
      }
    };
  });
  await page.reload();
  await page.getByRole('link', { name: 'Inbox' }).click();
  const told = (): Promise<readonly Told[]> => page.evaluate(() => (globalThis as unknown as { told: Told[] }).told);
  return { site, page, told };
}

/** Somebody looks at another tab, or is back. What drives the browser keeps every page visible, so it is said for it. */
async function looksElsewhere(page: Page, hidden = true): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

describe('notifications of the browser', () => {
  it('are off until they are asked for, and then tell what begins to wait while one looks elsewhere', async () => {
    const { site, page, told } = await desk();
    await looksElsewhere(page);
    await site.said('a refund of A-17');
    await expect.poll(() => page.title()).toContain('1');
    expect(await told()).toEqual([]);
    await looksElsewhere(page, false);
    await page.getByRole('button', { name: 'Notify me' }).click();
    await page.getByRole('button', { name: 'Notifications on' }).waitFor();
    await site.said('a refund of A-18');
    await page.getByRole('link', { name: /^Inbox 2/ }).waitFor();
    expect(await told()).toEqual([]);
    await looksElsewhere(page);
    const thread = await site.said('a refund of A-19');
    await expect.poll(told).toEqual([{ title: 'refund waits for you', body: expect.stringContaining('amount: 60') }]);
    await page.evaluate(() =>
      (globalThis as unknown as { made: Notification[] }).made[0]!.dispatchEvent(new Event('click')),
    );
    await expect.poll(() => page.url()).toContain(`#/inbox/${thread}/`);
  });
});
