import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The console in a real Chromium: one browser for all tests, one file after the other. `npm run test:console`. */
const config: ViteUserConfig = defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/console/**/*.test.ts'],
    globalSetup: join(import.meta.dirname, 'browser.ts'),
    testTimeout: 60_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    fileParallelism: false,
  },
});

export default config;
