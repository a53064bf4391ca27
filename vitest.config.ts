import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Vite looks at the one `tsconfig.json` of its root, where JSX is Preact's. */
const reactExamples: NonNullable<ViteUserConfig['plugins']>[number] = {
  name: 'react-examples',
  enforce: 'pre',
  transform: (code, id) => (/examples.react.*\.tsx$/.test(id) ? `/** @jsxImportSource react */ ${code}` : null),
};

const config: ViteUserConfig = defineConfig({
  plugins: [reactExamples],
  test: {
    // Half of the tests wait for other processes, so that two at a time are no burden on two cores either.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A busy machine is slow, not wrong.
    testTimeout: 30_000,
    expect: { poll: { timeout: 5_000 } },
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/heavy/**', 'test/console/**', 'playground/**'],
    typecheck: { enabled: true, checker: 'tsc', include: ['src/**/*.test-d.ts'] },
  },
});

export default config;
