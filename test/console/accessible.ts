import axe from 'axe-core';
import type { AxeResults, Result } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Holds what is shown against WCAG 2.2 AA and good practice; each violation is told with its elements. */
export async function expectAccessible(page: Page): Promise<void> {
  // Said by the debugger, which the policy of the page does not bind.
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  // A check that looked at nothing passes too.
  expect(passes.length).toBeGreaterThan(15);
  expect(violations.map(toldOf)).toEqual([]);
}

function toldOf({ id, help, nodes }: Result): string {
  return [`${id}: ${help}`, ...nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`)].join('\n');
}
