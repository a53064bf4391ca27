import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { storeGrants, verifyTrail } from 'yourcall/runtime';
import type { AuditEntry, Trail } from 'yourcall/runtime';
import { sqliteStore } from 'yourcall/sqlite';
import type { Page } from 'playwright-core';
import { refund, shopChat } from './shop-chat.ts';
import type { Site } from './site.ts';
import { openSite, visit } from './visit.ts';

const chat = () => shopChat({ refund }).chat;

/** Decides about the only call that waits in a thread. */
async function decide(site: Site, who: string, thread: string, decision: object): Promise<void> {
  const { waiting } = await site.ask(who, `GET /threads/${thread}`);
  const [{ call, seen }] = waiting;
  const { answers } = await site.ask(who, `POST /threads/${thread}/decisions`, {
    decisions: [{ call: call.id, seen, decision }],
  });
  expect(answers).toMatchObject([{ type: 'applied' }]);
}

/** Three decisions of two people, in two threads. */
async function decided(): Promise<{ readonly site: Site; readonly page: Page; readonly threads: readonly string[] }> {
  const site = await openSite({ chat: chat() });
  const first = await site.said('a refund of A-17');
  const second = await site.said('a refund of A-18');
  const third = await site.said('a refund of A-19');
  await decide(site, 'ann', first, { type: 'approve' });
  await decide(site, 'kim', second, { type: 'reject', reason: 'It was worn.' });
  await decide(site, 'kim', third, { type: 'approve', input: { amount: 30, to: 'ann@example.org' } });
  const page = await visit(site.console('ann'));
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('3 decisions, the newest first').waitFor();
  return { site, page, threads: [first, second, third] };
}

/** The name and the lines of the file that the page gives. */
async function exported(page: Page): Promise<{ readonly name: string; readonly lines: readonly unknown[] }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  const lines = (await text(await download.createReadStream())).trimEnd().split('\n');
  return { name: download.suggestedFilename(), lines: lines.map((line) => JSON.parse(line)) };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-console-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const rows = (page: Page) => page.getByRole('listitem');

/** What the program says of an export, and its exit code. */
function verified(lines: readonly unknown[]): readonly [number | null, string] {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-export-'));
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const program = join(import.meta.dirname, '..', '..', 'bin', 'yourcall.js');
  const env = { ...process.env, YOURCALL_AUDIT_SECRET: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'audit', 'verify', file], { env });
  rmSync(folder, { recursive: true });
  return [status, `${stdout}${stderr}`];
}

describe('the audit view', () => {
  it('says who decided what, the newest first, and all of it behind each', async () => {
    const { page } = await decided();
    expect(await rows(page).count()).toBe(3);
    expect(await rows(page).nth(0).innerText()).toMatch(/approved, edited\s+refund\s+kim/);
    expect(await rows(page).nth(2).innerText()).toMatch(/approved\s+refund\s+ann/);
    await page.getByRole('button', { name: 'rejected refund kim' }).click();
    const details = await rows(page).nth(1).innerText();
    expect(details).toContain('awaiting-approval → rejected');
    expect(details).toContain('It was worn.');
    expect(details).toContain('Money leaves the shop.');
    expect(details).toContain('Risk: money');
    expect(details).toMatch(/Seen\s+[0-9a-f]{16}…/);
    await page.keyboard.press('k');
    expect(await rows(page).nth(0).innerText()).toContain('"amount": 30');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { expanded: true }).count()).toBe(0);
  });

  it('finds decisions by person, tool, thread and reason, and by what they were', async () => {
    const { page } = await decided();
    await page.keyboard.press('/');
    await page.keyboard.type('kim worn');
    await page.getByText('1 of 3 decisions').waitFor();
    expect(await rows(page).innerText()).toContain('rejected');
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Decision', { exact: true }).selectOption('approved');
    await page.getByText('1 of 3 decisions').waitFor();
    expect(await rows(page).innerText()).toContain('ann');
    await page.getByRole('searchbox').fill('kim');
    await page.getByText('No decision fits').waitFor();
  });

  it('shows the decisions of one thread alone, and leads to it and back', async () => {
    const { site, page, threads } = await decided();
    await page.goto(`${site.url}/console#/audit/${threads[1]}`);
    await page.getByText('1 decision, the newest first').waitFor();
    await rows(page).getByRole('button').click();
    await page.getByRole('link', { name: threads[1]! }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe(`#/thread/${threads[1]}`);
    await page.goBack();
    await page.getByRole('link', { name: 'Show all threads' }).click();
    await page.getByText('3 decisions, the newest first').waitFor();
  });

  it('hears of what is decided while it is looked at', async () => {
    const { site, page } = await decided();
    const thread = await site.said('a refund of A-20');
    await decide(site, 'kim', thread, { type: 'snooze', until: '2099-01-01T00:00:00Z' });
    await page.getByText('4 decisions, the newest first').waitFor();
    expect(await rows(page).nth(0).innerText()).toContain('snoozed');
  });

  it('exports trails whole with their ends, so that a file that was cut off does not verify (S7)', async () => {
    const { site, page } = await decided();
    const { name, lines } = await exported(page);
    expect(name).toMatch(/^audit-\d{4}-\d\d-\d\d\.jsonl$/);
    const { items } = await site.ask('ann', 'GET /audit/trails');
    expect(lines.slice(0, -1)).toEqual(
      items.flatMap(({ entries, ...end }: { readonly entries: readonly object[] }) => [...entries, end]),
    );
    expect(verified(lines)).toEqual([0, expect.stringContaining(`${items.length} trails with`)]);
    // A whole one is gone: its entries, and its end.
    expect(verified(lines.slice(items[0].entries.length + 1))).toEqual([
      1,
      expect.stringContaining(`it was made of ${items.length} trails`),
    ]);
    const [entry, end] = lines as [AuditEntry, Pick<Trail, 'end'>];
    const { tenant, thread } = entry;
    expect(verifyTrail({ tenant, thread, entries: [entry], ...end })).toBeUndefined();
    expect(verifyTrail({ tenant, thread, entries: [entry] })).toMatchObject({ type: 'end' });
    expect(verifyTrail({ tenant, thread, entries: [], ...end })).toMatchObject({ type: 'missing', place: 1 });
  });

  it('exports what was filtered as the lines that the server has', async () => {
    const { site, page } = await decided();
    await page.getByRole('searchbox').fill('worn');
    await page.getByText('1 of 3 decisions').waitFor();
    const { name, lines } = await exported(page);
    expect(name).toMatch(/^audit-filtered-/);
    const { items } = await site.ask('ann', 'GET /audit');
    expect(lines).toEqual([items[1]]);
  });

  it('opens with the newest of very many, and reads on where one looks or filters', async () => {
    const store = sqliteStore(join(temporaryFolder(), 'chats.db'));
    const site = await openSite({ chat: chat(), store });
    onTestFinished(() => store.close());
    const thread = await site.said('a refund of A-17');
    const from = { thread, call: (await site.ask('ann', `GET /threads/${thread}`)).waiting[0].call.id };
    const grants = storeGrants(store);
    for (let number = 0; number < 1_200; number += 1) {
      const rule = { tool: 'refund', decision: 'allow' } as const;
      await grants.add({ id: `g${number}`, rule, scope: 'always', at: number, by: 'kim', tenant: 'acme', from });
    }
    await decide(site, 'ann', thread, { type: 'reject', reason: 'It was worn.' });
    const page = await visit(site.console('ann'));
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/audit?')) asked.push(new URL(request.url()).search);
    });
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByText('The newest 100 decisions').waitFor();
    expect(await rows(page).nth(0).innerText()).toContain('rejected');
    expect(new Set(asked)).toEqual(new Set(['?limit=100&order=newest-first']));
    await rows(page).nth(0).hover();
    await page.mouse.wheel(0, 100_000);
    await page.getByText('The newest 600 decisions').waitFor();
    await page.getByRole('searchbox').fill('worn');
    await page.getByText('1 of 1,201 decisions').waitFor();
  });

  it('verifies the chain, and says no more than is proven (S7)', async () => {
    const { page } = await decided();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('3 decisions in 3 threads fit each other. They are kept without a secret').waitFor();
  });

  it('verifies under the secret of the server, and finds what was changed behind it (S7)', async () => {
    const file = join(temporaryFolder(), 'chats.db');
    const auditSecret = 'a secret of this test, long enough';
    const store = sqliteStore(file, { auditSecret });
    const site = await openSite({ chat: chat(), store, auditSecret });
    onTestFinished(() => store.close());
    const thread = await site.said('a refund of A-17');
    await decide(site, 'kim', thread, { type: 'reject', reason: 'It was worn.' });
    const page = await visit(site.console('ann'));
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('1 decision in 1 thread: nothing was changed, added, moved or deleted.').waitFor();
    const database = new DatabaseSync(file);
    database.exec("update decision set json = replace(json, 'kim', 'ann')");
    database.close();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText(`Broken at decision 1 of thread ${thread}`).waitFor();
  });

  it('says what stays of decisions whose thread was erased (S7)', async () => {
    const { site, page, threads } = await decided();
    await expect.poll(async () => (await site.ask('ann', `GET /threads/${threads[1]}`)).thread.status).toBe('done');
    await site.ask('ann', `DELETE /threads/${threads[1]}`);
    await page.reload();
    await page.getByRole('button', { name: 'erased — erased with its thread' }).click();
    expect(await page.getByRole('listitem').filter({ hasText: 'stands for the person' }).innerText()).not.toContain(
      'kim',
    );
    expect(await page.content()).not.toContain('It was worn.');
  });

  it('tells who may not look that it is for those who manage', async () => {
    const site = await openSite({ chat: chat() });
    const page = await visit(site.console('bob'));
    await page.getByRole('link', { name: 'Chat' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByRole('heading', { name: 'This is for those who manage' }).waitFor();
  });
});
