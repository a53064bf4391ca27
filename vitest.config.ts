import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    // A busy machine is slow, not wrong.
    testTimeout: 30_000,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/heavy/**', 'test/console/**', 'playground/**'],
    typecheck: { enabled: true, checker: 'tsc', include: ['src/**/*.test-d.ts'] },
  },
});

export default config;
