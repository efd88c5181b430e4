import type { LoaderCpu, Vendor } from './explanation.ts';

const NUMBER = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i;

/**
 * The vendor whose CPUs have this signature: AMD's since family 10h stand above family 0Fh, where Intel left off with Pentium 4.
 * Undefined for family 0Fh itself, which both used.
 */
function vendorOfSignature(signature: number): Vendor | undefined {
  const family = (signature >>> 8) & 0xf;
  const extended = (signature >>> 20) & 0xff;
  if (family !== 0xf) return 'intel';
  return extended === 0 ? undefined : 'amd';
}

/**
 * `SIGNATURE[,PLATFORMS[,REVISION]]`. Without platforms any platform is meant; without a revision the CPU runs none, so that every
 * update is newer. Undefined for anything else.
 */
export function parseLoaderCpu(text: string): LoaderCpu | undefined {
  const parts = text.split(',');
  if (parts.length > 3 || !parts.every((part, i) => (i === 1 && part === '') || NUMBER.test(part))) return undefined;
  const [signature = 0, platforms, revision = 0] = parts.map((part) => (part === '' ? undefined : Number(part)));
  const platformMask = platforms ?? 0xff;
  if (signature === 0 || signature > 0xffff_ffff || revision > 0xffff_ffff || platformMask > 0xff) return undefined;
  return { vendor: vendorOfSignature(signature) ?? 'intel', signature, platformMask, revision };
}
