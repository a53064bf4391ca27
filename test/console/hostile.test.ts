import type { Page } from 'playwright-core';
import { createChat, tool } from 'yourcall';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { byWords } from './by-words.ts';
import { openSite, visit } from './visit.ts';

/** What would run, or would look like a part of the page, if a text were taken for markup. */
const markup =
  '<img src=x onerror="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)">x</a><style>*{display:none}</style>';

/** A call of a tool of this name, with this argument, that waits. */
async function waits(value: unknown) {
  const ran: unknown[] = [];
  const chat = createChat({
    model: byWords({ '': [{ calls: [{ name: 'transfer', input: { value } }] }, 'Done.'] }),
    tools: {
      transfer: tool({
        description: 'Does it.',
        input: z.object({ value: z.unknown() }),
        effect: 'once',
        policy: { ask: { reason: 'A person says so.' } },
        run: (input) => void ran.push(input.value),
      }),
    },
  });
  const site = await openSite({ chat });
  const thread = await site.said('go on');
  const page = await visit(site.console('ann'));
  await page.getByRole('link', { name: /^Inbox 1/ }).click();
  await page.getByRole('listitem').first().click();
  const card = page.locator('section.call').first();
  await card.waitFor();
  await page.waitForTimeout(400);
  return { site, thread, page, card, ran, approve: card.getByRole('button', { name: 'Approve', exact: true }) };
}

const elementsIn = (page: Page) => page.locator('main').locator('img, script, style, a[href^="javascript:"]').count();

describe('what a person sees is what the digest covers (X5)', () => {
  it('signs that turn the text around are escapes', async () => {
    const { card } = await waits('pay \u202Eelgoog.moc\u202C now');
    const text = await card.innerText();
    expect(text).toContain(String.raw`pay \u202eelgoog.moc\u202c now`);
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it('signs without width are escapes', async () => {
    const { card } = await waits('ad\u200Bmin\uFEFF');
    expect(await card.innerText()).toContain(String.raw`ad\u200bmin\ufeff`);
  });

  it('letters of another script that look alike are flagged', async () => {
    const { card } = await waits('p\u0430ypal.com');
    expect(await card.innerText()).toMatch(/mixes Latin and Cyrillic: \u0430 is U\+0430/i);
  });

  it('200 KB before the end are folded with their length, and not approved before all was unfolded (X5)', async () => {
    const { card, approve, page, site, thread, ran } = await waits(`${'a '.repeat(100_000)}and delete everything`);
    expect(await card.innerText()).toMatch(/200,021 characters/);
    expect(await approve.isDisabled()).toBe(true);
    await page.keyboard.press('a');
    expect((await site.ask('ann', `GET /threads/${thread}`)).thread.status).toBe('paused');
    await card
      .getByRole('button', { name: /^Show all/ })
      .first()
      .click();
    await expect.poll(() => card.innerText()).toContain('and delete everything');
    await page.waitForTimeout(400);
    await approve.click();
    await site.until(thread, 'done');
    expect(ran).toHaveLength(1);
  });

  it('every key is shown, also one that is called like what all objects have', async () => {
    const { card } = await waits({ constructor: 'b', toString: 'c', '': 'empty' });
    const text = await card.innerText();
    for (const one of ['constructor', 'toString', '""', 'empty']) expect(text).toContain(one);
  });

  it('markup in arguments and in their keys is text', async () => {
    const { card, page } = await waits({ [markup]: markup });
    expect((await card.innerText()).split('onerror=').length - 1).toBeGreaterThanOrEqual(2);
    expect(await elementsIn(page)).toBe(0);
  });

  it('Markdown in arguments is text', async () => {
    const { card } = await waits('**bold** [here](https://evil.example) ![](https://evil.example/x.png)');
    expect(await card.innerText()).toContain('**bold** [here](https://evil.example)');
    expect(await card.locator('strong, a[href*="evil"], img').count()).toBe(0);
  });

  it('a tool that a model calls by markup is a text, like any other', async () => {
    const name = '<img/src=x/onerror=alert(1)>';
    const chat = createChat({ model: byWords({ '': [{ calls: [{ name, input: { [markup]: markup } }] }, 'Done.'] }) });
    const site = await openSite({ chat });
    await site.said('go on', 'done');
    const page = await visit(site.console('ann'));
    await page.getByRole('link', { name: /go on/ }).click();
    const card = page.locator('section.call').first();
    await card.getByRole('button').first().click();
    expect(await card.innerText()).toContain(name);
    expect(await elementsIn(page)).toBe(0);
  });
});

describe('what others write runs nothing in the page', () => {
  it('in words, titles, answers, results and reasons, while it is looked at everywhere', async () => {
    const answer = `${markup}\n\n[a](javascript:alert(4)) ![b](https://evil.example/x.png) <https://evil.example>\n\n\`\`\`html\n${markup}\n\`\`\``;
    const chat = createChat({
      model: byWords({ '': [{ text: answer, reasoning: markup, calls: [{ name: 'look', input: {} }] }, answer] }),
      tools: {
        look: tool({ description: markup, input: z.object({}), effect: 'read', run: () => ({ found: markup }) }),
      },
    });
    const site = await openSite({ chat });
    const thread = await site.said('go on', 'done');
    await site.ask('ann', `PATCH /threads/${thread}`, { title: markup });
    const page = await visit(site.console('ann'));
    await page.getByRole('complementary', { name: 'Threads' }).getByText('onerror').click();
    await page.getByRole('heading', { name: /onerror/ }).waitFor();
    await page.getByRole('button', { name: /look/ }).first().click();
    await page.getByText('found').first().waitFor();
    await page.getByText('What it thought').first().click();
    expect(await elementsIn(page)).toBe(0);
    const links = await page.locator('main a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(links.filter((href) => !/^(#|https?:)/.test(href))).toEqual([]);
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByText('Nothing was decided yet').waitFor();
  });

  it('in a page without our rules the same text does run: the tests above look at something', async () => {
    const site = await openSite({ chat: createChat({ model: byWords({}) }) });
    const page = await visit(`${site.url}/healthz`, { expected: /dialog: 1|Failed to load|Refused|404/ });
    const dialog = page.waitForEvent('dialog');
    await page.evaluate((text) => (document.body.innerHTML = text), markup);
    expect((await dialog).message()).toBe('1');
  });
});
