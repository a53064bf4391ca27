// One Chromium for all tests of the console, started before them and ended behind them.
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { chromiumPath } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the browser is spoken to. */
    readonly browser: string;
  }
}

/** What a machine without a screen and without a sandbox needs. */
export const flags: readonly string[] = ['--headless', '--no-sandbox', '--disable-gpu'];

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({ executablePath: chromiumPath(), args: [...flags] });
  provide('browser', server.wsEndpoint());
  return () => server.close();
}
