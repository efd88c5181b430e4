/**
 * The EntrySign rules: which patches a loader trusts on a CPU whose firmware may still accept forged ones. Linux: need_sha_check(),
 * verify_sha256_digest(), verify_patch(); Xen: amd_check_entrysign(), check_digest().
 */
import { createHash } from 'node:crypto';
import { hex32 } from '../bytes/hex.ts';
import { amdFamilyModelStepping, FIRST_ZEN_FAMILY } from '../cpu/amd.ts';
import { digestListing, PATCH_DIGESTS } from '../cpu/amd-digests.ts';
import { entrySignCutOff, entrySignSide } from '../cpu/amd-entrysign.ts';
import { type Reason, reason } from './reasons.ts';

/** Models of family 1Ah that Linux counts among the affected ones (cpu_has_entrysign()); first and last. */
const AFFECTED_1AH: readonly (readonly [number, number])[] = [
  [0x00, 0x2f],
  [0x40, 0x4f],
  [0x60, 0x7f],
];

/** Whether Linux asks for digests on this CPU; before it knew which models are affected, it did on all of family 17h and later. */
export function isWeakForLinux(signature: number, knowsModels: boolean): boolean {
  const { family, model } = amdFamilyModelStepping(signature);
  if (!knowsModels) return family >= FIRST_ZEN_FAMILY;
  if (family === 0x17 || family === 0x19) return true;
  return family === 0x1a && AFFECTED_1AH.some(([first, last]) => model >= first && model <= last);
}

/** Whether Xen does: on families 17h to 1Ah. */
export function isWeakForXen(signature: number): boolean {
  const { family } = amdFamilyModelStepping(signature);
  return family >= FIRST_ZEN_FAMILY && family <= 0x1a;
}

/** Whether the firmware that left `running` behind still takes forged patches; both loaders assume so where no cut-off is known. */
export const isFirmwareOpen = (running: number): boolean => entrySignSide(running) !== 'fixed';

/** Why Linux passes over `patch`: it lies across the cut-off from what runs. Without a known cut-off nothing is passed over. */
export function acrossCutOff(running: number, patch: number): Reason | undefined {
  const cutOff = entrySignCutOff(running);
  if (cutOff === null || running <= cutOff === patch <= cutOff) return undefined;
  return reason('other-side-of-cutoff', { cutoff: hex32(cutOff), running: hex32(running) });
}

/** Why `consumer` does not take a patch for genuine, or undefined. The digest covers the section as the container delimits it. */
export function distrust(
  consumer: 'linux' | 'xen',
  revision: number,
  patch: Uint8Array,
): 'unlisted' | 'different' | undefined {
  const listed = PATCH_DIGESTS.find(({ patchId }) => patchId === revision);
  if (listed === undefined || (consumer === 'xen' && !listed.xen)) return 'unlisted';
  const sha256 = createHash('sha256').update(patch).digest('hex');
  return digestListing(revision, sha256)[consumer] ? undefined : 'different';
}
