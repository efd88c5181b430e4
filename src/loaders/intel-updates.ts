/** What Linux and Xen both do with Intel updates: step from one to the next and check each; where they differ is data. */
import { sum32 } from '../bytes/sum32.ts';
import {
  DEFAULT_DATA_SIZE,
  DEFAULT_TOTAL_SIZE,
  EXTENDED_HEADER,
  EXTENDED_ROW,
  UPDATE_HEADER,
  type UpdateHeader,
} from '../formats/intel/layout.ts';
import { type Reason, reason } from './reasons.ts';

/** How a consumer checks an update. */
export interface IntelChecks {
  /** Which of the two sizes, when 0, stands for an update of 2048 bytes. */
  readonly defaultSizeBy: 'dataSize' | 'totalSize';
  readonly wantsMultipleOf1024: boolean;
}

/** Linux: get_totalsize(), intel_microcode_sanity_check(). */
export const LINUX_CHECKS: IntelChecks = { defaultSizeBy: 'dataSize', wantsMultipleOf1024: false };
/** Xen: get_totalsize(), microcode_sanity_check(). */
export const XEN_CHECKS: IntelChecks = { defaultSizeBy: 'totalSize', wantsMultipleOf1024: true };

/** CPUs that an update names: the main signature, then the extended rows. */
export interface NamedCpu {
  readonly signature: number;
  readonly platformMask: number;
}

export interface CheckedUpdate {
  /** Byte offset. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly header: UpdateHeader;
  readonly revision: number;
  readonly cpus: readonly [NamedCpu, ...NamedCpu[]];
}

/** The updates of a file up to the first byte that is not one; `end` is that byte and why, or undefined at the end of the file. */
export interface Walk {
  readonly updates: readonly CheckedUpdate[];
  readonly end: Reason | undefined;
}

export function walkIntel(bytes: Uint8Array, checks: IntelChecks): Walk {
  const updates: CheckedUpdate[] = [];
  let at = 0;
  while (at < bytes.length) {
    const next = readUpdate(bytes, at, checks);
    if ('code' in next) return { updates, end: next };
    updates.push(next);
    at += next.size;
  }
  return { updates, end: undefined };
}

function readUpdate(bytes: Uint8Array, at: number, checks: IntelChecks): CheckedUpdate | Reason {
  const header = UPDATE_HEADER.decode(bytes, at);
  const left = bytes.length - at;
  if (header === undefined) return reason('odd-rest', { found: left, at });
  if (header.headerVersion !== 1) return reason('header-version', { at });
  if (header.loaderRevision !== 1) return reason('loader-version', { at });
  const dataSize = header.dataSize === 0 ? DEFAULT_DATA_SIZE : header.dataSize;
  const size = header[checks.defaultSizeBy] === 0 ? DEFAULT_TOTAL_SIZE : header.totalSize;
  if (size === 0) return reason('size-zero', { at });
  if (size > left) return reason('size-beyond', { at });
  if (checks.wantsMultipleOf1024 && size % 1024 !== 0) return reason('size-alignment', { at });
  if (dataSize + UPDATE_HEADER.size > size) return reason('size-contradiction', { at });
  // Sums go over whole words, a size that is none leaves a rest that the extended table's rule refuses.
  if (sum32(bytes, at, at + UPDATE_HEADER.size + dataSize) !== 0) return reason('checksum', { at });
  const main: NamedCpu = header;
  const extended = readExtended(bytes, at, UPDATE_HEADER.size + dataSize, size, header);
  if ('code' in extended) return extended;
  return { offset: at, size, header, revision: header.revision, cpus: [main, ...extended] };
}

function readExtended(
  bytes: Uint8Array,
  at: number,
  start: number,
  size: number,
  header: UpdateHeader,
): readonly NamedCpu[] | Reason {
  const room = size - start;
  if (room === 0) return [];
  const head = room < EXTENDED_HEADER.size ? undefined : EXTENDED_HEADER.decode(bytes, at + start);
  if (head === undefined || room !== EXTENDED_HEADER.size + EXTENDED_ROW.size * head.count) {
    return reason('extended-size', { at });
  }
  if (sum32(bytes, at + start, at + size) !== 0) return reason('extended-checksum', { at });
  const sum = (header.signature + header.platformMask + header.checksum) >>> 0;
  const rows: NamedCpu[] = [];
  for (let row = at + start + EXTENDED_HEADER.size; row < at + size; row += EXTENDED_ROW.size) {
    const cpu = EXTENDED_ROW.decode(bytes, row);
    if (cpu === undefined || (cpu.signature + cpu.platformMask + cpu.checksum) >>> 0 !== sum) {
      return reason('extended-checksum', { at });
    }
    rows.push(cpu);
  }
  return rows;
}
