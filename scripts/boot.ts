/**
 * `npm run test:boot [-- --all] [FILTER ...]`: the acceptance tests that boot real kernels and Xens under QEMU. Without `--all` the
 * quick part, about two minutes; with it every case on every guest. A filter is a part of a test file's path.
 */
import { join } from 'node:path';
import { startVitest } from 'vitest/node';

const words = process.argv.slice(2);
if (words.includes('--all')) process.env['UCODEKIT_BOOT'] = 'all';
const vitest = await startVitest(
  'test',
  words.filter((word) => word !== '--all'),
  { config: join(import.meta.dirname, '..', 'vitest.boot.config.ts'), run: true, watch: false },
);
await vitest.close();
