import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { CONTRIB, place } from '../support/initrd-hooks.ts';

test('the install hook hands both vendor files to mkinitcpio', () => {
  const { folder, environment } = place();
  const script = `. "${CONTRIB}/mkinitcpio/install/ucodekit"
    add_file_early() { cp "$1" "${folder}/\${2##*/}"; echo "$2 $3"; }
    error() { echo "error: $*" >&2; }
    build >&2 && build && help`;
  const env = { ...process.env, ...environment };
  const said = execFileSync('bash', ['-c', script], { encoding: 'utf8', env, stdio: 'pipe' });
  expect(said).toContain('/kernel/x86/microcode/AuthenticAMD.bin 644\n/kernel/x86/microcode/GenuineIntel.bin 644\n');
  expect(readFileSync(join(folder, 'GenuineIntel.bin')).length).toBe(2048);
  expect(readFileSync(join(folder, 'AuthenticAMD.bin'))).toEqual(Buffer.from(amdContainer()));
});
