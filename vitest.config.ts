import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Files share a process and the modules loaded in it: half of the time of a run would go into loading them anew.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
