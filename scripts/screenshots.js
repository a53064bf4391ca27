// `npm run screenshots`: the pictures of the console in docs/images, of one scene, at one time, in both colours and two widths.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

// What the server stores has the times of this clock, which begins at the same moment each time.
const begin = Date.parse('2026-11-27T08:00:00Z');
const began = performance.now();
let passed = 0;
Date.now = () => begin + passed + Math.round(performance.now() - began);

const { chromiumPath } = await import('../test/console/chromium.ts');
const { openScene } = await import('../test/console/scene.ts');
const { startSite } = await import('../test/console/site.ts');

const folder = fileURLToPath(new URL('../docs/images', import.meta.url));
/** No picture is larger, in bytes. */
const largest = 150 * 1024;

const views = {
  async chat(page, { threads }) {
    await goTo(page, `#/thread/${threads.answered}`);
    await page.getByText('fragile').first().waitFor();
  },
  async inbox(page, { threads }) {
    await choose(page, threads.waiting);
  },
  async edit(page, { threads }) {
    await choose(page, threads.waiting);
    // A click on what was there for a moment only is not taken.
    await page.waitForTimeout(500);
    await page.getByRole('button', { name: /^Edit/ }).click();
    await page.getByRole('textbox', { name: 'amount' }).fill('30');
  },
  async grant(page, { threads }) {
    await choose(page, threads.draft);
    await page.waitForTimeout(500);
    await page.getByRole('button', { name: /^Allow for/ }).click();
    await page.getByLabel('content: whatever it says').check();
  },
  async grants(page) {
    await page.getByRole('link', { name: /^Inbox/ }).click();
    await goTo(page, '#/grants');
    await page
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .waitFor();
  },
  async diff(page, { threads }) {
    await choose(page, threads.page);
  },
  async doubt(page, { threads }) {
    await page.getByRole('link', { name: /^In doubt/ }).click();
    await open(page, threads.doubt);
  },
  async audit(page) {
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('listitem').nth(1).getByRole('button').click();
    await page.getByText('Became').waitFor();
  },
};

const widths = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } };

mkdirSync(folder, { recursive: true });
const scene = await openScene(startSite, (minutes) => (passed += minutes * 60_000));
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--force-color-profile=srgb'],
});
const only = process.argv.slice(2);
const tooLarge = [];
for (const [width, viewport] of Object.entries(widths)) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
    for (const [view, show] of Object.entries(views)) {
      if (only.length > 0 && !only.includes(view)) continue;
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.clock.setFixedTime(new Date(begin + passed + 5_000));
      await page.goto(scene.site.console('ann'));
      await page.getByRole('navigation', { name: 'Views' }).waitFor();
      await show(page, scene);
      await page.waitForTimeout(600);
      const path = join(folder, `${view}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      const { size } = statSync(path);
      if (size > largest) tooLarge.push(`${path}: ${size}`);
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
await scene.site.stop();
if (tooLarge.length > 0) throw new Error(`Too large: ${tooLarge.join(', ')}`);
console.log(`Pictures of ${only.length || Object.keys(views).length} views: ${folder}`);
process.exit();

async function goTo(page, fragment) {
  await page.evaluate((hash) => (location.hash = hash), fragment);
}

/** In the inbox, as a person would. */
async function choose(page, thread) {
  await page.getByRole('link', { name: /^Inbox/ }).click();
  await open(page, thread);
}

async function open(page, thread) {
  const { waiting } = await scene.site.ask('ann', `GET /threads/${thread}`);
  const view = new URL(page.url()).hash.split('/')[1];
  await goTo(page, `#/${view}/${thread}/${waiting[0].call.id}`);
  await page.locator('section.call').first().waitFor();
}
