import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { opened } from './opened.ts';
import { openScene } from './scene.ts';
import type { Scene } from './scene.ts';
import { startSite } from './site.ts';
import { phone, visit, wide } from './visit.ts';

/** Every view, and how somebody comes to see it. */
const views: Readonly<Record<string, (page: Page, scene: Scene) => Promise<unknown>>> = {
  'a new thread': (page) => page.getByText('What shall be done?').waitFor(),
  'a talk': async (page, { threads }) => {
    await page.goto(`${page.url().split('#')[0]}#/thread/${threads.answered}`);
    await page.getByText('are on their way to Maria').waitFor();
  },
  'a talk that waits': async (page, { threads }) => {
    await page.goto(`${page.url().split('#')[0]}#/thread/${threads.waiting}`);
    await page.getByRole('log', { name: 'Messages' }).getByText('refund').first().waitFor();
  },
  'the inbox': async (page) => {
    await page.getByRole('link', { name: /^Inbox/ }).click();
    await page.getByText('refund').first().waitFor();
  },
  'what may be granted': async (page) => {
    await page.getByRole('link', { name: /^Inbox/ }).click();
    await page.getByText('save_draft').first().click();
    await page.locator('section.call').waitFor();
    await opened(
      page.getByRole('button', { name: /^Allow for/ }),
      page.getByRole('button', { name: 'Approve and allow' }),
    );
  },
  'what was granted': async (page) => {
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    await page
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .waitFor();
  },
  'what is in doubt': async (page) => {
    await page.getByRole('link', { name: /^In doubt/ }).click();
    await page.getByText('charge').first().waitFor();
  },
  'the audit trail': async (page) => {
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('listitem').first().getByRole('button').click();
    await page.getByText('Became').waitFor();
  },
  'the list of keys': async (page) => {
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  },
};

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(startSite);
});
afterAll(() => scene.site.stop());

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  describe.each([wide, phone])('$width pixels wide', (viewport) => {
    it.each(Object.keys(views))('%s can be used by everybody', async (name) => {
      const page = await visit(scene.site.console('ann'), { colorScheme, viewport });
      await page.getByRole('navigation', { name: 'Views' }).waitFor();
      await views[name]!(page, scene);
      await expectAccessible(page);
    });
  });

  it('the page that asks for a token can be used by everybody', async () => {
    const page = await visit(`${scene.site.url}/console`, { colorScheme, expected: /status of 401/ });
    await page.getByLabel('Token').waitFor();
    await expectAccessible(page);
    expect(await page.title()).not.toBe('');
  });
});
