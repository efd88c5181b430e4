/**
 * Copies `intel-ucode` and `amd-ucode` of Debian's packages into a folder, with a small initrd to try things on: `npm run microcode -- FOLDER`.
 * Nothing is installed, and a file that is there stays.
 */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleInitrd } from '../fixtures/sample-initrd.ts';
import { fetchPackage } from './debian.ts';

const [folder = '.'] = process.argv.slice(2);
for (const [name, part] of [
  ['intel-microcode', 'intel-ucode'],
  ['amd64-microcode', 'amd-ucode'],
] as const) {
  const from = join(fetchPackage({ name }).firmware, part);
  cpSync(from, join(folder, part), { recursive: true, force: false });
}
const initrd = join(folder, 'initrd.img');
if (!existsSync(initrd)) writeFileSync(initrd, sampleInitrd());
process.stdout.write(`${folder} has intel-ucode, amd-ucode and initrd.img\n`);
