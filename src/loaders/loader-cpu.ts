import type { CpuText } from '../cpu/cpu-text.ts';
import type { LoaderCpu, Vendor } from './explanation.ts';

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

/** The CPU for a loader: without platforms any platform is meant; without a revision it runs none, so that every update is newer. */
export const loaderCpuOf = ({ signature, platformMask, revision }: CpuText): LoaderCpu => ({
  vendor: vendorOfSignature(signature) ?? 'intel',
  signature,
  platformMask: platformMask ?? 0xff,
  revision: revision ?? 0,
});
