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
