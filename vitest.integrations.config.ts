import { defineConfig } from 'vitest/config';

/** Installs the integrations beside Debian's tools in scratch roots: `npm run test:integrations`. It downloads some hundred megabytes once. */
export default defineConfig({
  test: {
    include: ['test/integrations/**/*.root.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    disableConsoleIntercept: true,
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
