/** The main job, end to end: finds microcode, builds an early image for both vendors, looks into it, picks updates for three CPUs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { amdContainer } from '../fixtures/amd.ts';
import { intelUpdate } from '../fixtures/intel.ts';
import { fetchPackage, Unavailable } from './debian.ts';

const RUN = resolve(import.meta.dirname, '..', 'bin', 'run.js');

interface Blobs {
  readonly source: string;
  readonly intel: string;
  readonly amd: string;
}

function installed(): Blobs | undefined {
  const [intel, amd] = ['/lib/firmware/intel-ucode', '/lib/firmware/amd-ucode'];
  return existsSync(intel) && existsSync(amd) ? { source: 'the firmware of this machine', intel, amd } : undefined;
}

function packaged(): Blobs | undefined {
  try {
    const intel = join(fetchPackage({ name: 'intel-microcode' }).firmware, 'intel-ucode');
    const amd = join(fetchPackage({ name: 'amd64-microcode' }).firmware, 'amd-ucode');
    return { source: "Debian's packages intel-microcode and amd64-microcode", intel, amd };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    process.stdout.write(`Debian's packages cannot be had here: ${error.message}\n`);
    return undefined;
  }
}

/** Samples with genuine headers and checksums, for a machine without firmware and without apt. */
function generated(folder: string): Blobs {
  const [intel, amd] = [join(folder, 'intel-ucode'), join(folder, 'amd-ucode')];
  for (const path of [intel, amd]) mkdirSync(path);
  writeFileSync(join(intel, '06-9a-04'), intelUpdate({ signature: 0x906a4, platformMask: 0x80, revision: 0x43a }));
  writeFileSync(join(intel, '06-55-07'), intelUpdate({ signature: 0x50657, platformMask: 0xbf, revision: 0x5003901 }));
  writeFileSync(join(amd, 'microcode_amd_fam19h.bin'), amdContainer());
  return { source: 'generated samples: right headers around bytes that are no microcode', intel, amd };
}

function ucodekit(...args: readonly string[]): void {
  process.stdout.write(`\n$ ucodekit ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [RUN, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), 'ucodekit-demo-'));
const blobs = installed() ?? packaged() ?? generated(folder);
const image = join(folder, 'early-ucode.img');
process.stdout.write(`Microcode from ${blobs.source}.\n`);

ucodekit('initrd', 'build', blobs.intel, blobs.amd, '-o', image);
ucodekit('initrd', 'inspect', image);
process.stdout.write(
  '\nThree CPUs: Alder Lake (platform 7), Cascade Lake (platform 0), Milan, each running an old revision.\n',
);
for (const cpu of ['0x906a4,0x80,0x400', '0x50657,0x01,0x5000000', '0xa00f11,,0x0a001100']) {
  ucodekit('explain', image, '--cpu', cpu, '--loader', 'linux-6.12,xen-4.17');
}
process.stdout.write(`\nThe image is ${image}\n`);
