/**
 * The undocumented header at the start of the data of most updates since 2006, and the signature block behind it. Source: measured over 540
 * public updates (310 have it); kinds R1 and R2 as in platomav's MC Extractor 1.103, R3 and the meaning of the sizes by measurement, the nonce as in chip-red-pill's
 * MicrocodeDecryptor.
 */
import { array, type Decoded, raw, record, u16, u32, u8 } from '../../bytes/layout.ts';
import { UPDATE_HEADER } from './layout.ts';
import type { IntelUpdate } from './update.ts';

/** The part that all kinds share; offsets count from the start of the data, byte 48 of the update. */
export const EXTRA_HEADER = record('extra header', 128, {
  moduleType: u16(0x00), // 0; 7 on signatures 80664, 80665 and 80667
  moduleSubtype: u16(0x02), // 0
  moduleSize: u32(0x04), // 32-bit words, up to the end of the signature block; tells the kinds apart
  flags: u16(0x08), // bit 0: RSA signed
  keyId: u16(0x0a), // 2: RSA-2048, 3: RSA-3072, 4 and 5: RSA-3072 with PSS
  revision: u32(0x0c), // that of the update
  versionControl: u32(0x10), // a version control number; R3: security version in the low half, the least one in the high half
  imageSize: u32(0x14), // 32-bit words of the loaded image with its padding (R2, R3); R1: not the same in all
  buildDay: u8(0x18), // BCD
  buildMonth: u8(0x19), // BCD
  buildYear: u16(0x1a), // BCD
  updateSize: u32(0x1c), // 32-bit words from byte 48 without padding
  signatureCount: u32(0x20), // signatures that follow, at most 8
  signatures: array(u32, 0x24, 8), // CPUID(1).EAX of the CPUs that it is for; zero behind the last
  platformMask: u32(0x44), // as in the update header (R2, R3); R1: not the same in all
  securityVersions: array(u8, 0x48, 8), // one for each slot of the signature list
  reserved: array(u32, 0x50, 4), // undocumented; zero in most
  nonce: raw(0x60, 32), // random; on Apollo Lake the key to the data is made of it and a secret
});
export type ExtraHeader = Decoded<typeof EXTRA_HEADER>;

/** Signature block of kind R1, from byte 128 of the data. Numbers are little-endian. */
export const R1_SIGNATURE = record('R1 signature block', 516, {
  modulus: raw(0x000, 256), // RSA-2048
  exponent: u32(0x100), // 17
  signature: raw(0x104, 256), // opens to a PKCS #1 block with a hash
});

/** Signature block of kinds R2 and R3, from byte 128 of the data; the exponent is 65537. R3 adds an XMSS key and signature behind it. Numbers are little-endian. */
export const R2_SIGNATURE = record('R2 signature block', 768, {
  modulus: raw(0x000, 384), // RSA-3072
  signature: raw(0x180, 384), // opens to a PKCS #1 or a PSS block
});

export type ExtraKind = 'R1' | 'R2' | 'R3';

const KINDS: Readonly<Record<number, ExtraKind>> = { 0xa1: 'R1', 0xe0: 'R2', 0x3a0: 'R3' };

export interface Extra {
  readonly kind: ExtraKind;
  readonly header: ExtraHeader;
  /** `YYYY-MM-DD` as stored. */
  readonly buildDate: string;
  /** CPUs it lists. */
  readonly signatures: readonly number[];
  /** Little-endian bytes of the RSA key and signature; undefined when the update is cut off before their end. */
  readonly rsa: { readonly modulus: Uint8Array; readonly exponent: number; readonly signature: Uint8Array } | undefined;
}

const bcd = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** The extra header of an update, or undefined: older and low-end updates start with ciphertext. */
export function extraHeader(update: IntelUpdate): Extra | undefined {
  const header = EXTRA_HEADER.decode(update.bytes, UPDATE_HEADER.size);
  if (header === undefined || header.moduleSubtype !== 0) return undefined;
  const kind = KINDS[header.moduleSize];
  if (kind === undefined || !(header.moduleType === 0 || (header.moduleType === 7 && kind === 'R2'))) return undefined;
  return {
    kind,
    header,
    buildDate: `${bcd(header.buildYear, 4)}-${bcd(header.buildMonth, 2)}-${bcd(header.buildDay, 2)}`,
    signatures: header.signatures.slice(0, Math.min(header.signatureCount, header.signatures.length)),
    rsa: signatureBlock(kind, update.bytes),
  };
}

function signatureBlock(kind: ExtraKind, bytes: Uint8Array): Extra['rsa'] {
  const at = UPDATE_HEADER.size + EXTRA_HEADER.size;
  if (kind === 'R1') return R1_SIGNATURE.decode(bytes, at);
  const block = R2_SIGNATURE.decode(bytes, at);
  return block === undefined ? undefined : { ...block, exponent: 65_537 };
}
