import { hex32 } from '../../bytes/hex.ts';
import { amdFamilyModelStepping, amdFirmwareName, cpuidOfPatchLevel, FIRST_ZEN_FAMILY } from '../../cpu/amd.ts';
import { intelFirmwareName, intelFamilyModelStepping } from '../../cpu/intel.ts';
import {
  type Explanation,
  type LoaderCpu,
  type LoaderInput,
  nothingRead,
  placed,
  type Selection,
} from '../explanation.ts';
import { isFinalOnLinux, selectAmdEarly, selectAmdLate } from './amd.ts';
import { selectAmdBefore5 } from './amd-before-5.ts';
import { selectIntelOnLinux } from './intel.ts';
import { type LinuxVersion, linuxHas } from './versions.ts';
import { type Reason, reason } from '../reasons.ts';
import { findVendorFile } from '../find-early-file.ts';

export interface LinuxOptions {
  readonly path: 'early' | 'late';
  /** `microcode=force_minrev` (or LATE_FORCE_MINREV). */
  readonly forceMinimum?: boolean;
  /** AMD: false for `microcode.amd_sha_check=off`, which came with the check. */
  readonly digestCheck?: boolean;
}

/** What Linux does with `input` on `cpu`. An image is for early loading, a folder for late; a blob is what either finds. */
export function explainLinux(
  version: LinuxVersion,
  cpu: LoaderCpu,
  input: LoaderInput,
  options: LinuxOptions,
): Explanation {
  const off = whyOff(version, cpu, options);
  if (off !== undefined) return nothingRead(off);
  const select = (bytes: Uint8Array): Selection => selectOnLinux(version, cpu, bytes, options);
  switch (input.kind) {
    case 'blob':
      return placed(select(input.bytes), { path: null, offset: 0, size: input.bytes.length });
    case 'folder': {
      const path = firmwarePath(cpu);
      const bytes = input.files.get(path);
      if (bytes === undefined) return nothingRead(reason('no-named-file', { path }));
      return placed(select(bytes), { path, offset: 0, size: bytes.length });
    }
    case 'image': {
      const source = findVendorFile(input.bytes, cpu.vendor, 'prefix');
      if ('code' in source) return nothingRead(source);
      // Data and size both have to be there: a first file without bytes is none, and no other is looked for.
      if (source.size === 0) return { ...nothingRead(reason('empty-file', { path: source.path })), source };
      return placed(select(input.bytes.subarray(source.offset, source.offset + source.size)), source);
    }
  }
}

/** The file below the firmware folder that the late loader asks for; no other is tried. */
export function firmwarePath({ vendor, signature }: LoaderCpu): string {
  if (vendor === 'amd') return `amd-ucode/${amdFirmwareName(amdFamilyModelStepping(signature).family)}`;
  return `intel-ucode/${intelFirmwareName(signature)}`;
}

/** BDX90: late loading may hang these CPUs unless a newer revision runs already (is_blacklisted()). */
const BDX90_FIXED = 0x0b000021;
const isBdx90 = ({ vendor, signature, revision }: LoaderCpu): boolean =>
  vendor === 'intel' && signature === 0x000406f1 && revision < BDX90_FIXED;

/** Why the loader does not even look for a file. */
function whyOff(version: LinuxVersion, cpu: LoaderCpu, options: LinuxOptions): Reason | undefined {
  if (cpu.hypervisorGuest === true) return reason('hypervisor-guest', {});
  if (cpu.vendor === 'intel') {
    if (intelFamilyModelStepping(cpu.signature).family < 6) return reason('cpu-unsupported', {});
    return options.path === 'late' && isBdx90(cpu) ? reason('late-blacklisted', {}) : undefined;
  }
  const { family } = amdFamilyModelStepping(cpu.signature);
  if (family < 0x10) return reason('cpu-unsupported', {});
  if (isFinalOnLinux(cpu)) return reason('final-level', { running: hex32(cpu.revision) });
  if (options.path === 'early') return undefined;
  if (!linuxHas(version, 'checksContainers')) return reason('not-modelled', {});
  if (options.forceMinimum === true && linuxHas(version, 'minimumRevision')) {
    return reason('late-minimum-unsupported', {});
  }
  // find_patch() looks for the CPU that the running level names.
  const namesOther = cpuidOfPatchLevel(cpu.revision) !== cpu.signature;
  if (family < FIRST_ZEN_FAMILY || !linuxHas(version, 'matchesByLevel') || !namesOther) return undefined;
  if (cpu.revision === 0) return reason('no-level', {});
  return reason('level-of-another-cpu', { running: hex32(cpu.revision) });
}

function selectOnLinux(version: LinuxVersion, cpu: LoaderCpu, bytes: Uint8Array, options: LinuxOptions): Selection {
  const { path, forceMinimum = false, digestCheck = true } = options;
  if (cpu.vendor === 'intel') {
    return selectIntelOnLinux(version, cpu, bytes, path === 'late' ? { forceMinimum } : undefined);
  }
  if (path === 'late') return selectAmdLate(version, cpu, bytes, { digestCheck });
  return linuxHas(version, 'checksContainers')
    ? selectAmdEarly(version, cpu, bytes, { digestCheck })
    : selectAmdBefore5(version, cpu, bytes);
}
