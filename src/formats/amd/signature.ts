/**
 * The signature of Zen patches: RSA-2048 over a 16-byte digest of everything from byte 800. Sources: Google's zentool and its account of
 * EntrySign (2025); measurement over the 316 published Zen patches, 236 of which verify in full. Verification only.
 */
import { createHash } from 'node:crypto';
import { hexBytes } from '../../bytes/hex.ts';
import { FIRST_ZEN_FAMILY } from '../../cpu/amd.ts';
import { entrySignSide } from '../../cpu/amd-entrysign.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { aesCmac } from './aes-cmac.ts';
import { SIGNED_START, ZEN_HEADER } from './header.ts';
import type { AmdPatch } from './patch.ts';
import { AMD_SIGNING_KEYS, type AmdSigningKey } from './signing-keys.ts';

/**
 * `valid`: verified under a key of AMD. `intact`: the signature block is authentic, the digest in it is of an unpublished function.
 * `forged`: verifies, under a key that is not AMD's but that an EntrySign-vulnerable CPU takes for it. `invalid`: no CPU takes it.
 * `none`: the format has no signature that is understood.
 */
export type SignatureVerdict = 'valid' | 'intact' | 'forged' | 'invalid' | 'none';

const reason = (verdict: SignatureVerdict, says: string) => ({ verdict, says }) as const;

/** Why a verdict is what it is. */
export const SIGNATURE_REASONS = {
  verified: reason('valid', 'the digest of the body is the signed one, under a key of AMD'),
  'digest-unpublished': reason(
    'intact',
    'the signature block is authentic; AMD has not published how the digest in it is made',
  ),
  'colliding-key': reason('forged', 'EntrySign forgery: another modulus whose AES-CMAC is that of a key of AMD'),
  'no-signature': reason('none', 'families before 17h carry no signature that can be checked'),
  incomplete: reason('invalid', 'the patch ends before its signed part does'),
  modulus: reason('invalid', 'the modulus is not odd'),
  padding: reason('invalid', 'the signature does not open to a PKCS #1 block with a 16-byte digest'),
  'foreign-key': reason('invalid', 'the modulus is not a known key of AMD'),
  digest: reason('invalid', 'the digest of the body differs from the signed one'),
  revision: reason('invalid', 'the revision in the header differs from the signed one'),
  'check-constant': reason('invalid', 'the constant next to the modulus does not match it'),
} as const;

export type SignatureReason = keyof typeof SIGNATURE_REASONS;

/** A verdict and the facts that it rests on; a fact is null where the patch holds no whole signature. Digests are lower-case hexadecimal. */
export interface AmdSignature {
  readonly verdict: SignatureVerdict;
  readonly reason: SignatureReason;
  /** Name of the key of AMD; null for any other modulus and where there is none. */
  readonly keyName: string | null;
  /** SHA-256 of the 256 bytes of the modulus. */
  readonly modulusSha256: string | null;
  /** The 16 bytes that the signature opens to; null when it opens to nothing of that form. */
  readonly signedDigest: string | null;
  /** AES-CMAC of the signed region. */
  readonly computedDigest: string | null;
  /** Whether the third long number is -modulus^-1 modulo 2^2048. */
  readonly checkConstantRight: boolean | null;
  /** Whether the revision in the header, which is not signed, is the signed one. */
  readonly revisionSigned: boolean | null;
}

/** The example key of NIST SP 800-38B, which AMD used for a secret: the flaw behind EntrySign. */
const EXAMPLE_KEY = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex');

/** The digest of vulnerable CPUs, over bodies and over moduli. */
export const entrySignDigest = (bytes: Uint8Array): string => hexBytes(aesCmac(EXAMPLE_KEY, bytes));

const EXPONENT_SQUARINGS = 16;
const R = 1n << 2048n;
const PADDING = `0001${'ff'.repeat(237)}00`;

const bigInt = (bigEndian: Uint8Array): bigint => BigInt(`0x${hexBytes(bigEndian)}`);

/** `base` to the 65537th modulo `modulus`: sixteen squarings and one multiplication. */
function power65537(base: bigint, modulus: bigint): bigint {
  let square = base % modulus;
  for (let i = 0; i < EXPONENT_SQUARINGS; i++) square = (square * square) % modulus;
  return (square * base) % modulus;
}

/** The digest that the signature opens to: PKCS #1 v1.5 type 1 without a DigestInfo. */
function openSignature(signature: bigint, modulus: bigint): string | null {
  const block = power65537(signature, modulus).toString(16).padStart(512, '0');
  return block.startsWith(PADDING) ? block.slice(PADDING.length) : null;
}

/**
 * Whether a patch under this key must carry the digest that is known. Formats 8004 and 8010 always do; format 8005 up to the cut-off
 * of its CPU (104 of 104 published patches do, 21 of 21 above do not); format 8015 and later, under the Zen 5 key, never.
 */
function mustHaveKnownDigest(key: AmdSigningKey, { header, formatSize }: AmdPatch): boolean {
  if (key.keyHash === null || formatSize === null) return false;
  return header.format !== 0x8005 || entrySignSide(header.patchId) === 'vulnerable';
}

type Facts = Omit<AmdSignature, 'verdict' | 'reason'>;

const NOTHING: Facts = {
  keyName: null,
  modulusSha256: null,
  signedDigest: null,
  computedDigest: null,
  checkConstantRight: null,
  revisionSigned: null,
};

const verdictFor = (reason: SignatureReason, facts: Facts): AmdSignature => ({
  verdict: SIGNATURE_REASONS[reason].verdict,
  reason,
  ...facts,
});

/**
 * Verifies the signature of one patch: RSA-2048 over a 16-byte digest of everything from byte 800. A patch before family 17h, and one that
 * ends early, gets a verdict as well; never throws. Sources: Google's zentool and its account of EntrySign (2025), measurement.
 * @param keys the keys that count as AMD's; those of published patches when left out
 */
export function verifyAmdSignature(patch: AmdPatch, keys: readonly AmdSigningKey[] = AMD_SIGNING_KEYS): AmdSignature {
  const { zen } = patch;
  const end = patch.formatSize ?? patch.bytes.length;
  if (patch.family < FIRST_ZEN_FAMILY) return verdictFor('no-signature', NOTHING);
  if (zen === null || patch.bytes.length < Math.max(end, ZEN_HEADER.size)) {
    return verdictFor('incomplete', NOTHING);
  }
  const modulus = bigInt(zen.modulus);
  const isOdd = modulus % 2n === 1n;
  const key = keys.find((key) => key.modulus === hexBytes(zen.modulus));
  const facts = {
    keyName: key?.name ?? null,
    modulusSha256: createHash('sha256').update(zen.modulus).digest('hex'),
    signedDigest: isOdd ? openSignature(bigInt(zen.signature), modulus) : null,
    computedDigest: entrySignDigest(patch.bytes.subarray(SIGNED_START, end)),
    checkConstantRight: (modulus * bigInt(zen.check) + 1n) % R === 0n,
    revisionSigned: zen.signedRevision === patch.header.patchId,
  };
  return verdictFor(judge(patch, key, keys, isOdd, facts), facts);
}

function judge(
  patch: AmdPatch,
  key: AmdSigningKey | undefined,
  keys: readonly AmdSigningKey[],
  isOdd: boolean,
  { signedDigest, computedDigest, checkConstantRight, revisionSigned }: Facts,
): SignatureReason {
  if (!isOdd) return 'modulus';
  if (signedDigest === null) return 'padding';
  const matches = signedDigest === computedDigest;
  if (key === undefined && !(matches && collides(patch, keys))) return 'foreign-key';
  if (key !== undefined && !matches && mustHaveKnownDigest(key, patch)) return 'digest';
  if (revisionSigned !== true) return 'revision';
  if (checkConstantRight !== true) return 'check-constant';
  if (key === undefined) return 'colliding-key';
  return matches ? 'verified' : 'digest-unpublished';
}

/** Whether a vulnerable CPU takes the modulus for one of `keys`. */
function collides({ zen }: AmdPatch, keys: readonly AmdSigningKey[]): boolean {
  if (zen === null) return false;
  const hash = entrySignDigest(zen.modulus);
  return keys.some(({ keyHash }) => keyHash === hash);
}

/** What a verdict means for the user of the patch. */
export function signatureFindings(patch: AmdPatch, { verdict, reason }: AmdSignature): Finding[] {
  const at = { offset: patch.offset + ZEN_HEADER.fields.signature.offset, field: 'signature' };
  const data = { reason: SIGNATURE_REASONS[reason].says };
  switch (verdict) {
    case 'forged':
      return [finding('amd/signature-forged', at, data)];
    case 'invalid':
      return [finding('amd/signature-invalid', at, data)];
    case 'intact':
      return [finding('amd/signature-intact', at, data)];
    case 'valid':
    case 'none':
      return [];
    default:
      return verdict satisfies never;
  }
}
