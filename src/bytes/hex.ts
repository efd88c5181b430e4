/** How the output writes numbers: fixed-width lower-case hexadecimal with `0x`. */

const hex = (value: number, digits: number): string => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

/** A 32-bit value: `0x%08x`. Negative numbers are shown as their two's complement. */
export const hex32 = (value: number): string => hex(value, 8);

/** A 16-bit value: `0x%04x`. */
export const hex16 = (value: number): string => hex(value & 0xffff, 4);

/** An 8-bit value or mask: at least two digits, `0x%02x`. */
export const hex8 = (value: number): string => hex(value, 2);

/** Bytes as lower-case hexadecimal without a prefix. */
export const hexBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

const NO_DIGIT = 0xff;

/** Value of each ASCII character as a hexadecimal digit. */
const DIGIT = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return value < 0 ? NO_DIGIT : value;
});

/** The number that `count` (at most 8) ASCII digits at `at` spell, upper or lower case; NaN when one is no digit or missing. */
export function hexDigits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = DIGIT[bytes[i] ?? 0] as number;
    if (digit === NO_DIGIT) return Number.NaN;
    value = value * 16 + digit;
  }
  return value;
}
