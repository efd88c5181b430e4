import { defineConfig } from 'vitest/config';
import { SkipReport } from './test/support/skip-report.ts';

/** Boots guests in QEMU, one at a time: `npm run test:boot`. Kept apart from `npm test`, which needs no emulator. */
export default defineConfig({
  test: {
    include: ['test/boot/**/*.boot.ts'],
    reporters: ['default', new SkipReport()],
    fileParallelism: false,
    sequence: { concurrent: false },
    disableConsoleIntercept: true,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
