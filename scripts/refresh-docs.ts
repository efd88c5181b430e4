/** Runs the examples of the given Markdown pages and writes what they print into them: `tsx scripts/refresh-docs.ts README.md`. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleFolder, refreshed } from '../test/support/console-blocks.ts';
import { fetchPackage } from './debian.ts';

const firmware = (name: string, folder: string): string => join(fetchPackage({ name }).firmware, folder);
for (const page of process.argv.slice(2)) {
  const run = exampleFolder(mkdtempSync(join(tmpdir(), 'ucodekit-docs-')), {
    intel: firmware('intel-microcode', 'intel-ucode'),
    amd: firmware('amd64-microcode', 'amd-ucode'),
  });
  writeFileSync(page, refreshed(readFileSync(page, 'utf8'), run));
}
