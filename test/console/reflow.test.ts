// A page at 400 % of its size, which leaves 320 by 256 pixels of a screen, and words that no line can hold.
import type { Page } from 'playwright-core';
import { createChat, tool } from 'yourcall';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { byWords } from './by-words.ts';
import { openSite, visit } from './visit.ts';

const magnified = { width: 320, height: 256 };
const long = 'Donaudampfschifffahrtsgesellschaft'.repeat(12);
const hebrew = 'החזר כספי של חמישים דולר ללקוח שקיבל ספל שבור בדואר אתמול בבוקר';

/** What reaches out of the page to the right or left, and cannot be scrolled to within something of its own. */
function outside(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    // Scrolled to within itself, or cut short with a sign of it.
    const isAside = ({ overflowX, textOverflow, clipPath }: CSSStyleDeclaration): boolean =>
      /auto|scroll/.test(overflowX) || textOverflow === 'ellipsis' || clipPath !== 'none';
    const scrolls = (element: Element): boolean => {
      for (let one: Element | null = element; one; one = one.parentElement) {
        if (one !== document.documentElement && isAside(getComputedStyle(one))) return true;
      }
      return false;
    };
    const far = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && (right > clientWidth + 1 || left < -1) && !scrolls(element);
    });
    const told = far.map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`, ...told] : told;
  });
}

it('everything is read and decided at 400 %, whatever long words and whatever direction they have', async () => {
  const refund = tool({
    description: 'Pays money back.',
    input: z.looseObject({}),
    effect: 'once',
    policy: { ask: { reason: `${long} ${hebrew}` } },
    run: () => ({ [long]: long, note: hebrew }),
  });
  const input = { note: hebrew, [long]: long, list: [{ [long]: [long] }] };
  const answers = {
    '': [
      {
        text: `${long} ${hebrew}\n\n\`${long}\`\n\n# ${long}\n\n| ${long} | b |\n|---|---|\n| ${long} | ${hebrew} |`,
        calls: [{ name: 'refund', input }],
      },
      `Paid ${long}.`,
    ],
  };
  const site = await openSite({ chat: createChat({ model: byWords(answers), tools: { refund } }) });
  const thread = await site.said(`${long} ${hebrew}`);
  const page = await visit(site.console('ann'), { viewport: magnified });
  const { items } = await site.ask('ann', 'GET /inbox');
  const look = async (place: string, words: string): Promise<void> => {
    await page.goto(`${site.url}/console#/${place}`);
    await page.getByText(words).filter({ visible: true }).first().waitFor();
    expect([place, await outside(page)]).toEqual([place, []]);
  };
  await look('', 'Chat');
  await look(`thread/${thread}`, 'Why you are asked');
  await look('inbox', 'refund');
  await look('doubt', 'in doubt');
  await look('grants', 'Nothing is granted');
  await look(`inbox/${thread}/${items[0].call.id}`, 'Why you are asked');
  const showAll = page.getByRole('button', { name: 'Show all' });
  if ((await showAll.count()) > 0) await showAll.click();
  // A click right after something has moved does not count.
  const approve = page.getByRole('button', { name: /^Approve/ });
  await expect
    .poll(
      async () => {
        if (await approve.isVisible()) await approve.click({ timeout: 500 }).catch(() => {});
        return page.getByText('Approved.').isVisible();
      },
      { timeout: 10_000 },
    )
    .toBe(true);
  await site.until(thread, 'done');
  await look(`thread/${thread}`, 'Paid Donau');
  await look('audit', 'refund');
}, 60_000);
