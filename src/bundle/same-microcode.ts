/** Whether two updates are the same microcode. */
import type { AmdPatch } from '../formats/amd/patch.ts';
import type { Update } from './collect.ts';

const MINIMUM_AT = 12;
const MINIMUM_END = 16;

export type Likeness =
  /** Byte for byte, or but for padding behind an AMD patch. */
  | 'same'
  /** AMD: but for the minimum revision, which is outside the signature. */
  | 'minimum-differs'
  | 'different';

/** The patch cut to the length of its format: containers of family 16h pad it. */
const body = ({ bytes, formatSize }: AmdPatch): Uint8Array => bytes.subarray(0, formatSize ?? bytes.length);

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export function likeness(a: Update, b: Update): Likeness {
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

/** Before, offset 12 holds a checksum or zero. */
const FIRST_FAMILY_WITH_MINIMUM = 0x19;
