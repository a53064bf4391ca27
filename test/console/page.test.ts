import { describe, expect, it } from 'vitest';
import { refund, shopChat } from './shop-chat.ts';
import { openSite, phone, visit } from './visit.ts';

const answers = { refund, '': ['Hello.'] };

describe('the page of the console', () => {
  it('opens with the token of its address, which it hides', async () => {
    const site = await openSite(shopChat(answers));
    const page = await visit(site.console('ann'));
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/');
    await page.reload();
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    expect(await page.title()).toBe('yourcall');
  });

  it('opens with a slash behind its address, and keeps the token that stands there', async () => {
    const site = await openSite(shopChat(answers));
    const page = await visit(site.console('ann').replace('/console#', '/console/#'));
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    expect(page.url()).toBe(`${site.url}/console#/`);
  });

  it('asks for a token where it has none, and says when the server does not take one', async () => {
    const site = await openSite(shopChat(answers));
    const page = await visit(`${site.url}/console`, { expected: /status of 401/ });
    await page.getByLabel('Token').fill('nobody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('does not take the token').waitFor();
    await page.getByLabel('Token').fill('ann');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
  });

  it('counts what waits, in its views and in the title', async () => {
    const site = await openSite(shopChat(answers));
    const page = await visit(site.console('ann'));
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    await Promise.all([site.said('a refund, please'), site.said('another refund')]);
    await page.getByRole('link', { name: 'Inbox 2 waiting' }).waitFor();
    await expect.poll(() => page.title()).toBe('(2) yourcall');
  });

  it('is light or dark as the machine is, until somebody says otherwise, and remembers it', async () => {
    const site = await openSite(shopChat(answers));
    const page = await visit(site.console('ann'), { colorScheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const button = page.getByRole('button', { name: /^Colours/ });
    await button.waitFor();
    const dark = await background();
    await button.click();
    const light = await background();
    expect(brightness(dark)).toBeLessThan(64);
    expect(brightness(light)).toBeGreaterThan(224);
    await page.reload();
    await button.waitFor();
    expect(await background()).toBe(light);
    await button.click();
    expect(await background()).toBe(dark);
  });

  it('lists its keys behind a question mark, and goes to its views by them', async () => {
    const site = await openSite(shopChat(answers));
    const page = await visit(site.console('ann'));
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('go to the inbox').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    for (const [keys, fragment] of Object.entries({ gi: '#/inbox', gd: '#/doubt', ga: '#/audit', gc: '#/' })) {
      for (const key of keys) await page.keyboard.press(key);
      await expect.poll(() => new URL(page.url()).hash).toBe(fragment);
    }
  });

  it('needs no more than the width of a phone', async () => {
    const site = await openSite(shopChat(answers));
    const page = await visit(site.console('ann'), { viewport: phone });
    for (const view of ['Chat', 'Inbox', 'In doubt', 'Audit']) {
      await page.getByRole('link', { name: view, exact: false }).first().click();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(phone.width);
    }
  });
});

/** From 0, black, to 255. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  return (red + green + blue) / 3;
}
