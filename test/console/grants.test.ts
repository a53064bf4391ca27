import type { Page } from 'playwright-core';
import { createChat } from 'yourcall';
import { memoryStore } from 'yourcall/runtime';
import { describe, expect, it } from 'vitest';
import { byWords } from './by-words.ts';
import { draftsOf } from './granted-drafts.ts';
import { opened } from './opened.ts';
import { openSite, visit } from './visit.ts';
import type { VisitOptions } from './visit.ts';

const save = (name: string, path: string, content: string) => [
  { calls: [{ name, input: { path, content } }] },
  'Done.',
];

/** A desk of somebody who decides about drafts. */
async function desk() {
  const store = memoryStore();
  const { tools, grants, saved } = draftsOf(store);
  const model = byWords({
    first: save('save_draft', 'drafts/1.md', 'Hello'),
    second: save('save_draft', 'drafts/1.md', 'Good day'),
    third: save('save_draft', 'drafts/3.md', 'Hello'),
    twenty: [
      { calls: Array.from({ length: 20 }, () => ({ name: 'save_draft', input: { path: 'a', content: 'b' } })) },
      'Done.',
    ],
    shred: save('shred_draft', 'drafts/1.md', 'Hello'),
  });
  const site = await openSite({ chat: createChat({ model, tools }), store, grants });
  const inbox = async (who: string, options: VisitOptions = {}): Promise<Page> => {
    const page = await visit(site.console(who), options);
    await page.getByRole('link', { name: /^Inbox/ }).click();
    return page;
  };
  return { site, inbox, saved };
}

const allow = (page: Page) => page.getByRole('button', { name: /^Allow for/ });

describe('granting in the console', () => {
  it('lets calls like it run that a person has seen the rule of, for as long as they say, until it is revoked', async () => {
    const { site, inbox, saved } = await desk();
    const first = await site.said('first');
    const page = await inbox('kim');
    const panel = page.getByRole('region', { name: 'Approve, and let calls like it run without asking' });
    await opened(allow(page), panel);
    expect(await panel.getByRole('group', { name: 'For how long' }).getByRole('radio').count()).toBe(4);
    expect(await panel.getByRole('status').innerText()).toMatch(
      /path\s+the path \.\/drafts\/1\.md\s+content\s+exactly "Hello"/,
    );
    await panel.getByLabel('today').check();
    await panel.getByLabel('content: whatever it says').check();
    expect(await panel.getByRole('status').innerText()).toMatch(/content\s+whatever it says/);
    await panel.getByRole('button', { name: 'Approve and allow' }).click();
    await page.getByText('Approved. Granted for today.').waitFor();
    await site.until(first, 'done');
    await site.said('second', 'done');
    expect(saved).toEqual(['drafts/1.md: Hello', 'drafts/1.md: Good day']);
    const third = await site.said('third');
    await page.getByRole('link', { name: 'Grants' }).click();
    const granted = page.getByRole('listitem');
    expect(await granted.innerText()).toMatch(/save_draft[^]*whatever it says[^]*today, ends in[^]*kim/);
    await granted.getByRole('button', { name: 'Revoke save_draft, today' }).click();
    await page.getByRole('heading', { name: 'Nothing is granted' }).waitFor();
    await site.ask('kim', `POST /threads/${third}/cancel`, { calls: true });
    await site.said('second');
    expect(saved).toHaveLength(2);
    const audit = await site.ask('ann', 'GET /audit');
    expect(
      audit.items.map(({ decided }: { decided: { decision: { type: string } } }) => decided.decision.type),
    ).toEqual(['approve', 'grant', 'revoke']);
  });

  it('is offered also for a call behind the 500 that the page holds, and not where the server refuses there', async () => {
    const { site, saved } = await desk();
    await Promise.all(Array.from({ length: 25 }, () => site.said('twenty')));
    const [last, shred] = [await site.said('third'), await site.said('shred')];
    const page = await visit(`${site.console('kim')}`);
    await page.getByRole('link', { name: /^Inbox 500\+/ }).waitFor();
    const asked = page.waitForResponse(/\/calls\/[^/]+\/grants$/);
    await page.goto(`${site.url}/console#/thread/${shred}`);
    await page.getByRole('button', { name: /^Approve/ }).waitFor();
    await asked;
    expect(await allow(page).count()).toBe(0);
    await page.goto(`${site.url}/console#/thread/${last}`);
    const panel = page.getByRole('region', { name: 'Approve, and let calls like it run without asking' });
    await opened(allow(page), panel);
    await panel.getByRole('button', { name: 'Approve and allow' }).click();
    await site.until(last, 'done');
    expect(saved).toEqual(['drafts/3.md: Hello']);
    const { items } = await site.ask('kim', 'GET /grants');
    expect(items).toHaveLength(1);
  });

  it('is not offered where the server refuses, as for what destroys', async () => {
    const { site, inbox } = await desk();
    await site.said('shred');
    const page = await inbox('kim');
    await page.getByRole('button', { name: /^Approve/ }).waitFor();
    const { items } = await site.ask('kim', 'GET /inbox');
    expect(items).toMatchObject([{ grants: { type: 'refused' } }]);
    expect(await allow(page).count()).toBe(0);
    await page.keyboard.press('f');
    expect(await page.getByRole('button', { name: 'Approve and allow' }).count()).toBe(0);
  });

  it('is done by keys alone, and counts for what was shown', async () => {
    const { site, inbox, saved } = await desk();
    await site.said('first');
    const page = await inbox('kim');
    await allow(page).waitFor();
    const panel = page.getByRole('region', { name: /let calls like it run/ });
    await expect
      .poll(async () => {
        await page.keyboard.press('f');
        return panel.count();
      })
      .toBe(1);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('radio');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Approved. Granted for an hour.').waitFor();
    await expect.poll(() => saved.length).toBe(1);
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    await page.getByText('What anybody has granted runs without asking').waitFor();
  });

  it('says when it was taken back by somebody else a moment ago', async () => {
    const { site, inbox } = await desk();
    const first = await site.said('first');
    const { items } = await site.ask('kim', 'GET /inbox');
    const [{ call, seen, grants }] = items;
    const grant = { choice: grants.choices[0].id, scope: 'always' };
    const decisions = [{ call: call.id, seen, decision: { type: 'approve' }, grant }];
    await site.ask('kim', `POST /threads/${first}/decisions`, { decisions });
    const page = await inbox('ann', { expected: /status of 404/ });
    await page.getByRole('link', { name: 'Grants' }).click();
    const revoke = page.getByRole('button', { name: 'Revoke save_draft, always, until revoked' });
    await revoke.waitFor();
    await page.route('**/grants/*', async (route) => {
      const [{ id }] = (await site.ask('kim', 'GET /grants')).items;
      await site.ask('kim', `DELETE /grants/${id}`);
      await route.continue();
    });
    await revoke.click();
    await page.getByRole('alert').filter({ hasText: 'There is no such grant' }).waitFor();
    await page.getByRole('heading', { name: 'Nothing is granted' }).waitFor();
  });
});
