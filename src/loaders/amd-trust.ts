/**
 * The EntrySign rules: which patches a loader trusts on a CPU whose firmware may still accept forged ones. Linux: need_sha_check(),
 * verify_sha256_digest(), verify_patch(); Xen: amd_check_entrysign(), check_digest().
 */
import { createHash } from 'node:crypto';
import { hex32 } from '../bytes/hex.ts';
import { amdFamilyModelStepping, FIRST_ZEN_FAMILY, lowestPatchLevelOfCpuid } from '../cpu/amd.ts';
import { digestListing, PATCH_DIGESTS } from '../cpu/amd-digests.ts';
import { entrySignCutOff } from '../cpu/amd-entrysign.ts';
import type { LoaderCpu } from './explanation.ts';
import type { LinuxTrait } from './linux/traits.ts';
import { type LinuxVersion, linuxHas } from './linux/versions.ts';
import { type Reason, reason, runningText } from './reasons.ts';
import { type XenTrait, type XenVersion, xenHas } from './xen/releases.ts';

type Models = readonly (readonly [first: number, last: number])[];

/** Models of family 1Ah that Linux counts among the affected ones (cpu_has_entrysign()). */
const AFFECTED_1AH: Models = [
  [0x00, 0x2f],
  [0x40, 0x4f],
  [0x60, 0x6f],
];
const STRIX_HALO: Models = [[0x70, 0x7f]];

/** Whether Linux asks for digests on this CPU at all. */
export function isWeakForLinux(version: LinuxVersion, signature: number): boolean {
  const { family, model } = amdFamilyModelStepping(signature);
  if (family < FIRST_ZEN_FAMILY) return false;
  if (!linuxHas(version, 'knowsAffectedModels')) return family <= 0x19 || linuxHas(version, 'digestsOn1ah');
  if (family === 0x17 || family === 0x19) return true;
  const models = linuxHas(version, 'countsStrixHalo') ? [...AFFECTED_1AH, ...STRIX_HALO] : AFFECTED_1AH;
  return family === 0x1a && models.some(([first, last]) => model >= first && model <= last);
}

/** Whether Xen does: on families 17h to 1Ah, at first to 19h. */
export function isWeakForXen(version: XenVersion, signature: number): boolean {
  const { family } = amdFamilyModelStepping(signature);
  return family >= FIRST_ZEN_FAMILY && family <= (xenHas(version, 'digestsOn1ah') ? 0x1a : 0x19);
}

/** Cut-offs that came later than the rest, by the upper bytes of the levels; both projects added them in the same batches. */
const LATER_CUT_OFFS: ReadonlyMap<number, LinuxTrait & XenTrait> = new Map([
  [0x0b0081, 'shimadaCutOffs'],
  [0x0b6080, 'shimadaCutOffs'],
  [0x0b4041, 'graniteRidgeCutOff'],
]);
const FORGOTTEN: ReadonlySet<number> = new Set([0x080082, 0x0a0010, 0x0a0082, 0x0a4041, 0x0a5000, 0x0aa001]);
const NAPLES = 0x080012;
const FIRST_NAPLES_CUT_OFF = 0x0800126f;

/** The last unfixed level that this version knows for the CPU that runs `running`, or null. */
function linuxCutOff(version: LinuxVersion, running: number): number | null {
  const prefix = running >>> 8;
  if (prefix === NAPLES && !linuxHas(version, 'naplesCutOff')) return FIRST_NAPLES_CUT_OFF;
  const later = LATER_CUT_OFFS.get(prefix) ?? (FORGOTTEN.has(prefix) ? 'forgottenCutOffs' : undefined);
  const trait = later ?? (prefix >>> 16 >= 0x0b ? 'digestsOn1ah' : undefined);
  return trait !== undefined && !linuxHas(version, trait) ? null : entrySignCutOff(running);
}

function xenCutOff(version: XenVersion, running: number): number | null {
  const later = LATER_CUT_OFFS.get(running >>> 8);
  return later !== undefined && !xenHas(version, later) ? null : entrySignCutOff(running);
}

/** Firmware is taken for open up to the cut-off, and where none is known. */
const isOpen = (cutOff: number | null, running: number): boolean => cutOff === null || running <= cutOff;

/** Whether Linux asks for a digest on this CPU; one that runs nothing is taken for one with its lowest level. */
export function linuxAsksForDigest(version: LinuxVersion, { signature, revision }: LoaderCpu): boolean {
  if (!linuxHas(version, 'digestList') || !isWeakForLinux(version, signature)) return false;
  const running = revision === 0 ? lowestPatchLevelOfCpuid(signature) : revision;
  return isOpen(linuxCutOff(version, running), running);
}

/** Whether Xen does; at first it did also where the firmware is fixed. */
export function xenAsksForDigest(version: XenVersion, { signature, revision }: LoaderCpu): boolean {
  if (!xenHas(version, 'digestCheck') || !isWeakForXen(version, signature)) return false;
  return !xenHas(version, 'trustsFixedFirmware') || isOpen(xenCutOff(version, revision), revision);
}

/** Why Linux passes over `patch`: it lies across the cut-off from what runs. Without a known cut-off nothing is passed over. */
export function acrossCutOff(version: LinuxVersion, cpu: LoaderCpu, patch: number): Reason | undefined {
  if (!linuxHas(version, 'passesOverOtherSide')) return undefined;
  const assumed = cpu.revision === 0 && linuxHas(version, 'zeroIsLowestLevel');
  const running = assumed ? lowestPatchLevelOfCpuid(cpu.signature) : cpu.revision;
  const cutOff = linuxCutOff(version, running);
  if (cutOff === null || running <= cutOff === patch <= cutOff) return undefined;
  return reason('other-side-of-cutoff', { cutoff: hex32(cutOff), running: runningText(running) });
}

/** Patches against Transient Scheduler Attacks, which both lists got in July 2025 ("x86/microcode/AMD: Add TSA microcode SHAs"). */
const TSA_PATCHES: ReadonlySet<number> = new Set([
  0x0a0011d7, 0x0a00123b, 0x0a00820d, 0x0a10114c, 0x0a10124c, 0x0a108109, 0x0a20102e, 0x0a201211, 0x0a404108,
  0x0a500012, 0x0a60120a, 0x0a704108, 0x0a705208, 0x0a708008, 0x0a70c008, 0x0aa00216,
]);

/** Whether the list of a loader may have `revision`, and what stands in it. */
interface DigestList {
  readonly consumer: 'linux' | 'xen';
  readonly hasTsa: boolean;
}

export const linuxDigests = (version: LinuxVersion): DigestList => ({
  consumer: 'linux',
  hasTsa: linuxHas(version, 'tsaDigests'),
});
export const xenDigests = (version: XenVersion): DigestList => ({
  consumer: 'xen',
  hasTsa: xenHas(version, 'tsaDigests'),
});

/** Why a list does not take a patch for genuine, or undefined. The digest covers the section as the container delimits it. */
export function distrust(
  { consumer, hasTsa }: DigestList,
  revision: number,
  patch: Uint8Array,
): 'unlisted' | 'different' | undefined {
  const listed = PATCH_DIGESTS.find(({ patchId }) => patchId === revision);
  if (listed === undefined || (consumer === 'xen' && !listed.xen)) return 'unlisted';
  if (!hasTsa && TSA_PATCHES.has(revision)) return 'unlisted';
  const sha256 = createHash('sha256').update(patch).digest('hex');
  return digestListing(revision, sha256)[consumer] ? undefined : 'different';
}
