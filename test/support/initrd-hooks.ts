import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { inspectInitrd } from '../../src/initrd/inspect/inspect.ts';
import { programIn } from './scratch-system.ts';
import { temporaryFolder } from './temporary.ts';

export const CONTRIB = resolve(import.meta.dirname, '../../contrib');

/** Where an integration works: microcode, the initrd that it writes, and the settings that point there. */
export interface Place {
  readonly folder: string;
  /** Folder with `intel-ucode` and `amd-ucode`. */
  readonly firmware: string;
  readonly initrd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Microcode of both vendors with a README and a signature beside it, and the settings that point there; `settings` come last. */
export function place(settings: readonly string[] = []): Place {
  const folder = temporaryFolder();
  const firmware = join(folder, 'firmware');
  const [intel, amd] = [join(firmware, 'intel-ucode'), join(firmware, 'amd-ucode')];
  for (const path of [intel, amd]) mkdirSync(path, { recursive: true });
  writeFileSync(join(intel, '06-9a-04'), intelUpdate());
  writeFileSync(join(intel, '06-9a-03'), intelUpdate({ signature: 0x906a3 }));
  writeFileSync(join(amd, 'microcode_amd_fam19h.bin'), amdContainer());
  writeFileSync(join(amd, 'microcode_amd_fam19h.bin.asc'), '-----BEGIN PGP SIGNATURE-----\n');
  writeFileSync(join(amd, 'README'), 'See LICENSE.\n');
  const defaults = join(folder, 'default');
  const lines = [`UCODEKIT=${programIn(folder)}`, `UCODEKIT_PATHS="${intel} ${amd} ${folder}/none"`, ...settings];
  writeFileSync(defaults, `${lines.join('\n')}\n`);
  return { folder, firmware, initrd: join(folder, 'initrd.img'), environment: { UCODEKIT_DEFAULT: defaults } };
}

/** Spoils one Intel update. */
export function damage({ firmware }: Place): void {
  writeFileSync(join(firmware, 'intel-ucode/06-9a-03'), patched(intelUpdate({ signature: 0x906a3 }), 500, [1, 2, 3]));
}

/** What `/proc/cpuinfo` of a machine says whose update is among those of `place`. */
export const CPUINFO = `processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 154
stepping\t: 4
microcode\t: 0x10
`;

/** `main`: compression of what follows, or undefined for none. */
export function expectBothVendors(initrd: Uint8Array, main: string | undefined): void {
  const { image, lookups, findings, unpacking, vendorMembers } = inspectInitrd(initrd);
  const last = image.segments.at(-1);
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  // What is compressed is not expanded here, so nothing is known of it.
  expect(unpacking.verdict).toBe(main === undefined ? 'complete' : 'unknown');
  expect([lookups.intel[0]?.verdict, lookups.amd[0]?.verdict]).toEqual(['found', 'found']);
  expect(vendorMembers.map(({ size, misalignment }) => [size, misalignment])).toEqual([
    [amdContainer().length, 0],
    [2048, 0],
  ]);
  expect(last?.kind === 'compressed' ? last.compression.name : undefined).toBe(main);
}
