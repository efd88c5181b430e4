import { compressionOf } from '../formats/cpio/compression.ts';
import { findCpioData } from '../formats/cpio/early-lookup.ts';
import { membersOf, readCpio } from '../formats/cpio/read.ts';
import { isAmdContainer, parseAmdContainers } from '../formats/amd/container.ts';
import { looksLikeIntelUpdate, parseIntelFile } from '../formats/intel/update.ts';
import { EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from '../loaders/early-paths.ts';
import { type BootModule, type CpioFile } from './modules.ts';
import { lookupOf, type XenVersion } from '../loaders/xen/releases.ts';

/** A file that a boot loader hands to Xen. */
export interface FileContent extends BootModule {
  /** Compression at the start of the file, where it hides everything from Xen. */
  readonly compression: string | null;
  readonly startsWithCpio: boolean;
}

/** Little-endian, at the start of a FLASK policy (XSM_MAGIC). */
const XSM_MAGIC = [0x8c, 0xff, 0x7c, 0xf9];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);

/** What `release` sees in a module. Time is linear in the uncompressed archives at its start. */
export function fileContent(bytes: Uint8Array, release: XenVersion): FileContent {
  const variant = lookupOf(release);
  const early = (vendor: EarlyVendor): CpioFile | null => {
    const lookup = findCpioData(bytes, VENDOR_FILES[vendor], variant);
    return lookup.found ? { offset: lookup.offset, size: lookup.size } : null;
  };
  return {
    size: bytes.length,
    xsmPolicy: startsWith(bytes, XSM_MAGIC),
    early: { intel: early('intel'), amd: early('amd') },
    compression: compressionOf(bytes)?.name ?? null,
    startsWithCpio: /^0707(?:0[127]|07)$/.test(Buffer.from(bytes.subarray(0, 6)).toString('latin1')),
  };
}

/** Vendors whose file the release finds in a module. */
export const earlyVendors = ({ early }: BootModule): EarlyVendor[] =>
  EARLY_VENDORS.filter((vendor) => early[vendor] !== null);

/** Whether an image holds nothing but what loaders look for early. */
export function isEarlyOnly(bytes: Uint8Array): boolean {
  for (const segment of readCpio(bytes).segments) {
    if (segment.kind === 'compressed' || segment.kind === 'unknown') return false;
    if (segment.kind === 'zeros') continue;
    for (const { name } of membersOf(bytes, segment)) {
      if (!/^(?:\.\/|\/)?(?:\.|early_cpio|kernel(?:\/.*)?)$/.test(name)) return false;
    }
  }
  return true;
}

/** Whether a module is microcode and nothing else, so that dom0 finds no root file system in it. */
export function isMicrocodeOnly(bytes: Uint8Array, { startsWithCpio }: FileContent): boolean {
  return startsWithCpio ? isEarlyOnly(bytes) : rawContent(bytes).kind === 'pure';
}

/** What a raw module consists of: one vendor's updates and nothing else, or where something else begins. */
export type RawContent =
  | { readonly kind: 'pure'; readonly vendor: EarlyVendor }
  /** Updates of `vendor`, then the other vendor's from `offset` on. */
  | { readonly kind: 'mixed'; readonly vendor: EarlyVendor; readonly offset: number }
  /** Updates of `vendor` (null: none), then bytes of nobody from `offset` on. */
  | { readonly kind: 'junk'; readonly vendor: EarlyVendor | null; readonly offset: number };

/** Walks a raw module as Xen does: one vendor's updates from the first byte on, each straight behind the other. */
export function rawContent(bytes: Uint8Array): RawContent {
  if (looksLikeIntelUpdate(bytes)) return rest('intel', bytes, parseIntelFile(bytes).end);
  if (!isAmdContainer(bytes)) return { kind: 'junk', vendor: null, offset: 0 };
  let end = 0;
  for (const { offset, size, patches } of parseAmdContainers(bytes).containers) {
    if (offset !== end) break;
    // The first words of an Intel update (version 1, a revision) read as the head of a patch section: type 1, a length.
    const foreign = patches.map((patch) => patch.offset + patch.size).find((at) => looksLikeIntelUpdate(bytes, at));
    if (foreign !== undefined) return { kind: 'mixed', vendor: 'amd', offset: foreign };
    end += size;
  }
  return rest('amd', bytes, end);
}

function rest(vendor: EarlyVendor, bytes: Uint8Array, offset: number): RawContent {
  if (offset >= bytes.length) return { kind: 'pure', vendor };
  const other = vendor === 'intel' ? isAmdContainer(bytes, offset) : looksLikeIntelUpdate(bytes, offset);
  return { kind: other ? 'mixed' : 'junk', vendor, offset };
}
