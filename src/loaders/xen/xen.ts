import { amdFamilyModelStepping } from '../../cpu/amd.ts';
import { type Explanation, type LoaderCpu, type LoaderInput, nothingRead, placed } from '../explanation.ts';
import { reason } from '../reasons.ts';
import { findVendorFile } from '../find-early-file.ts';
import { selectAmdOnXen } from './amd.ts';
import { selectIntelOnXen } from './intel.ts';
import { FILE_LIMIT, lookupOf, type XenVersion, xenHas } from './releases.ts';

export interface XenOptions {
  /** `ucode=digest-check`. */
  readonly digestCheck?: boolean;
}

/**
 * What Xen does with `input` on `cpu`: an image as found by `ucode=scan`, or a blob as chosen by an index, by xen.cfg or by `xen-ucode`.
 * Xen does not mind running in a hypervisor's guest, and it reads no firmware folder.
 */
export function explainXen(
  version: XenVersion,
  cpu: LoaderCpu,
  input: LoaderInput,
  { digestCheck = true }: XenOptions = {},
): Explanation {
  if (cpu.vendor === 'amd' && amdFamilyModelStepping(cpu.signature).family < 0x10) {
    return nothingRead(reason('cpu-unsupported', {}));
  }
  const select = (bytes: Uint8Array) =>
    cpu.vendor === 'intel'
      ? selectIntelOnXen(version, cpu, bytes)
      : selectAmdOnXen(version, cpu, bytes, { digestCheck });
  switch (input.kind) {
    case 'blob':
      return placed(select(input.bytes), { path: null, offset: 0, size: input.bytes.length });
    case 'folder':
      return nothingRead(reason('no-folder', {}));
    case 'image': {
      const source = findVendorFile(input.bytes, cpu.vendor, lookupOf(version));
      if ('code' in source) return nothingRead(source);
      if (xenHas(version, 'fileLimit') && source.size > FILE_LIMIT) {
        const why = reason('file-too-large', { found: source.size, limit: FILE_LIMIT });
        return { ...nothingRead(why), source };
      }
      return placed(select(input.bytes.subarray(source.offset, source.offset + source.size)), source);
    }
  }
}
