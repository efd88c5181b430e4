import { defineConfig } from 'vitest/config';

/** Boots guests in QEMU, one at a time: `npm run test:boot`. Kept apart from `npm test`, which needs no emulator. */
export default defineConfig({
  test: {
    include: ['test/boot/**/*.boot.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    disableConsoleIntercept: true,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
