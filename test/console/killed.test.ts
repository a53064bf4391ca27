// A real `yourcall serve` on a file, killed while a command runs, and started again.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newFolder, removeFolder, start } from '../program.ts';
import { visit } from './visit.ts';

beforeEach(() => void newFolder());
afterEach(removeFolder);

async function serve(): Promise<{ readonly child: ChildProcessWithoutNullStreams; readonly console: string }> {
  const child = start(['serve', '--port', '0', '--json', '--db', 'app.db']);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, console: (JSON.parse(String(line)) as { readonly console: string }).console };
}

it('a command whose machine was killed is in doubt behind it, and a person says what happened (E2)', async () => {
  const first = await serve();
  const page = await visit(first.console, { expected: /ERR_|Failed to load/ });
  await page.getByRole('textbox', { name: 'Message' }).fill('run sleep 60');
  await page.keyboard.press('Enter');
  const card = page.locator('section.call').last();
  await card.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await page.waitForTimeout(400);
  await card.getByRole('button', { name: 'Approve', exact: true }).click();
  await card.getByText('running').first().waitFor();
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  await page.getByText('Offline.').first().waitFor();

  const second = await serve();
  const again = await visit(second.console);
  await again.getByRole('link', { name: /^In doubt 1/ }).click({ timeout: 30_000 });
  await again.getByRole('listitem').first().click();
  const doubt = again.locator('section.call').first();
  await doubt.getByText('nobody knows whether it took effect').first().waitFor();
  expect(await doubt.innerText()).toContain('sleep 60');
  expect(await doubt.getByRole('button', { name: 'Run again…' }).isDisabled()).toBe(true);
  expect(await doubt.innerText()).toContain('Not yet: the old attempt may still act.');
  await again.waitForTimeout(400);
  await doubt.getByRole('button', { name: 'It happened…' }).click();
  await doubt.getByRole('textbox').first().fill('it slept');
  await doubt.getByRole('button', { name: 'It happened', exact: true }).click();
  await again.getByRole('link', { name: 'In doubt', exact: true }).waitFor();
});
