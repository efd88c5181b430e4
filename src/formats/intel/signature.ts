/**
 * What can be checked of an Intel signature without the decrypted body: that it opens, under the modulus next to it, to a well-formed padded
 * block. Padding by PKCS #1 v1.5 or EMSA-PSS (RFC 8017); which of them, and the digests, by measurement over 310 updates.
 */
import { createHash } from 'node:crypto';
import { hexBytes } from '../../bytes/hex.ts';
import type { Extra } from './extra-header.ts';

export interface IntelSignatureBlock {
  /** `intact`: the padding is right, the digest in it cannot be checked. `invalid`: it is not. `none`: there is no signature. */
  readonly verdict: 'intact' | 'invalid' | 'none';
  /** Bits of the modulus; null without one. */
  readonly keyBits: number | null;
  /** SHA-256 of the modulus as stored; equal for updates signed by the same key. */
  readonly keySha256: string | null;
  readonly exponent: number | null;
  /** How the digest is padded; null when it does not open. */
  readonly padding: string | null;
}

const NONE: IntelSignatureBlock = { verdict: 'none', keyBits: null, keySha256: null, exponent: null, padding: null };

const fromLittleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${hexBytes(bytes.slice().reverse())}`);

/** `base` to the power `exponent` modulo `modulus`, by squaring. */
function power(base: bigint, exponent: number, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The DigestInfo of SHA-256 (RFC 8017, section 9.2, note 1). */
const SHA256_INFO = '3031300d060960864801650304020105000420';

/** PKCS #1 v1.5: 00 01 FF ... FF 00 and then a bare digest of 20 or 32 bytes, or SHA-256's DigestInfo and digest. */
function pkcs1(block: string): string | null {
  const match = /^0001((?:ff){8,})00([\da-f]*)$/.exec(block);
  const content = match?.[2];
  if (content === undefined) return null;
  if (content.length === 40) return 'PKCS #1 v1.5, bare 20-byte digest';
  if (content.length === 64) return 'PKCS #1 v1.5, bare 32-byte digest';
  return content.length === 102 && content.startsWith(SHA256_INFO) ? 'PKCS #1 v1.5, SHA-256' : null;
}

/** EMSA-PSS (RFC 8017, section 9.1.2) as far as it goes without the message: trailer, unmasked zeros, the one before the salt. */
function pss(block: Buffer, hash: 'sha256' | 'sha384', length: number): string | null {
  if (block.at(-1) !== 0xbc) return null;
  const digest = block.subarray(block.length - 1 - length, -1);
  const masked = block.subarray(0, block.length - 1 - length);
  const mask = mgf1(digest, masked.length, hash);
  const data = Buffer.from(masked.map((byte, i) => byte ^ (mask[i] ?? 0)));
  // The modulus has a whole number of bytes, so one leading bit of the block is forced to zero.
  data[0] = (data[0] ?? 0) & 0x7f;
  const one = data.findIndex((byte) => byte !== 0);
  return data[one] === 1 && data.length - one - 1 === length
    ? `PSS, ${hash.toUpperCase().replace('SHA', 'SHA-')}`
    : null;
}

/** The mask generation function MGF1 (RFC 8017, appendix B.2.1). */
function mgf1(seed: Uint8Array, length: number, hash: string): Buffer {
  const parts: Buffer[] = [];
  for (let counter = 0, made = 0; made < length; counter++) {
    const index = Buffer.alloc(4);
    index.writeUInt32BE(counter);
    const part = createHash(hash).update(seed).update(index).digest();
    parts.push(part);
    made += part.length;
  }
  return Buffer.concat(parts, length);
}

/** Opens the signature block of an update's extra header. */
export function checkIntelSignature(extra: Extra | undefined): IntelSignatureBlock {
  if (extra?.rsa === undefined) return NONE;
  const { modulus, exponent, signature } = extra.rsa;
  const n = fromLittleEndian(modulus);
  const facts = {
    keyBits: n.toString(2).length,
    keySha256: createHash('sha256').update(modulus).digest('hex'),
    exponent,
  };
  // A modulus of zero has no residues; an exponent beyond the two in use would only cost time.
  if (n === 0n || (exponent !== 17 && exponent !== 65_537)) return { verdict: 'invalid', ...facts, padding: null };
  const block = power(fromLittleEndian(signature), exponent, n)
    .toString(16)
    .padStart(modulus.length * 2, '0');
  const bytes = Buffer.from(block, 'hex');
  const padding = extra.kind === 'R3' ? (pss(bytes, 'sha256', 32) ?? pss(bytes, 'sha384', 48)) : pkcs1(block);
  return { verdict: padding === null ? 'invalid' : 'intact', ...facts, padding };
}
