/** Which of two updates for a CPU is the newer one. */
import type { Update } from './collect.ts';
import type { AmdPatch } from '../formats/amd/patch.ts';
import { UPDATE_HEADER } from '../formats/intel/layout.ts';
import type { IntelUpdate } from '../formats/intel/update.ts';

/** Revisions as the vendors compare them: Intel's signed (negative: pre-production), the others' unsigned. */
export const revisionOrder = ({ vendor, revision }: Pick<Update, 'vendor' | 'revision'>): number =>
  vendor === 'intel' ? revision | 0 : revision;

/**
 * Positive when `a` is the newer one, zero when neither is. VIA left the revision of 73 of its 81 published updates at 0: there the date
 * decides among those of one revision.
 */
export function ageOrder(a: Update, b: Update): number {
  const rise = revisionOrder(a) - revisionOrder(b);
  if (rise !== 0 || a.vendor !== 'via' || b.vendor !== 'via' || a.date.text === b.date.text) return rise;
  return a.date.text > b.date.text ? 1 : -1;
}

/** Whether two updates are the same microcode. */

const MINIMUM_AT = 12;
const MINIMUM_END = 16;

export type ContentComparison =
  /** Byte for byte, or but for padding behind an AMD patch. */
  | 'same'
  /** Intel: the data is the same, the header names other CPUs for it. The CPU is given the data only. */
  | 'header-differs'
  /** AMD: but for the minimum revision, which is outside the signature. */
  | 'minimum-differs'
  | 'different';

/** The patch cut to the length of its format: containers of family 16h pad it. */
const body = ({ bytes, formatSize }: AmdPatch): Uint8Array => bytes.subarray(0, formatSize ?? bytes.length);

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export function compareContents(a: Update, b: Update): ContentComparison {
  if (a.vendor === 'intel' && b.vendor === 'intel') return compareIntel(a, b);
  if (a.vendor !== 'amd' || b.vendor !== 'amd') {
    return a.vendor === b.vendor && equal(a.bytes, b.bytes) ? 'same' : 'different';
  }
  const [one, other] = [body(a), body(b)];
  if (equal(one, other)) return 'same';
  const alike =
    equal(one.subarray(0, MINIMUM_AT), other.subarray(0, MINIMUM_AT)) &&
    equal(one.subarray(MINIMUM_END), other.subarray(MINIMUM_END));
  return alike && a.family >= FIRST_FAMILY_WITH_MINIMUM ? 'minimum-differs' : 'different';
}

/** Signature, mask and checksum are the header's fields about CPUs; the extended table behind the data holds nothing else. */
function compareIntel(a: IntelUpdate, b: IntelUpdate): ContentComparison {
  if (equal(a.bytes, b.bytes)) return 'same';
  const { signature, platformMask, checksum, totalSize } = b.header;
  const likeB = UPDATE_HEADER.encode({ ...a.header, signature, platformMask, checksum, totalSize });
  const end = UPDATE_HEADER.size + a.dataSize;
  const isAlike =
    equal(likeB, UPDATE_HEADER.encode(b.header)) &&
    equal(a.bytes.subarray(UPDATE_HEADER.size, end), b.bytes.subarray(UPDATE_HEADER.size, end));
  return isAlike ? 'header-differs' : 'different';
}

/** Before, offset 12 holds a checksum or zero. */
const FIRST_FAMILY_WITH_MINIMUM = 0x19;
