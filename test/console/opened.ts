import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

/** Clicks until what it opens is there: what was shown for a moment only takes no click. */
export async function opened(button: Locator, panel: Locator): Promise<void> {
  await button.waitFor();
  await expect
    .poll(async () => {
      await button.click();
      return panel.isVisible();
    })
    .toBe(true);
}
