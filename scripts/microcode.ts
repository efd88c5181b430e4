/** Copies `intel-ucode` and `amd-ucode` of Debian's packages into a folder: `npm run microcode -- FOLDER`. Nothing is installed. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackage } from './debian.ts';

const [folder = '.'] = process.argv.slice(2);
for (const [name, part] of [
  ['intel-microcode', 'intel-ucode'],
  ['amd64-microcode', 'amd-ucode'],
] as const) {
  cpSync(join(fetchPackage({ name }).root, 'lib/firmware', part), join(folder, part), { recursive: true });
}
