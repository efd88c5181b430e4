import { type ByteSource, bytesSource } from '../bytes/source.ts';
import { collectFindings } from '../findings/collect.ts';
import type { Finding } from '../findings/finding.ts';
import { type CpioImage, readCpio } from '../formats/cpio/read.ts';
import { EARLY_CONSUMERS, type EarlyLookup, lookUpEarly } from './early-consumers.ts';
import type { ExpandedInitrd } from './expanded-parts.ts';
import { bareUpdates, misplacedMembers } from './misplaced.ts';
import { absence, imageTraps, memberTraps, unpackTraps } from './traps.ts';
import { outOfReach, reachOf } from './out-of-reach.ts';
import { linuxUnpack, type Unpacking } from './unpack.ts';
import { EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from './vendor-file.ts';
import { type VendorMember, vendorMembersOf } from './vendor-members.ts';

/** What `inspectInitrd` sees. */
export interface InitrdInspection {
  /** Bytes. */
  readonly size: number;
  /** The image taken apart; the segments of an archive hold the offsets of its members' headers. */
  readonly image: CpioImage;
  /** For each vendor what each kind of loader finds. */
  readonly lookups: Readonly<Record<EarlyVendor, readonly EarlyLookup[]>>;
  /** In the order they stand in the image; those that a loader takes say so. */
  readonly vendorMembers: readonly VendorMember[];
  /** Whether Linux can unpack the image. */
  readonly unpacking: Unpacking;
  /** By offset, which counts from the start of the image. */
  readonly findings: readonly Finding[];
}

/**
 * Takes an initrd apart and says what early loaders and the unpacker make of it. Never throws on bad bytes. Sources: Linux
 * find_microcode_in_initrd() and init/initramfs.c unpack_to_rootfs(), Xen microcode_scan_module().
 * @param expanded what `expandInitrd` made of the same bytes; without it the first compressed part reaches to the end and nothing is said of
 * what stands in it or behind it
 */
export function inspectInitrd(input: Uint8Array | ByteSource, expanded?: ExpandedInitrd): InitrdInspection {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const image = expanded?.image ?? readCpio(source);
  const lookUp = (vendor: EarlyVendor): EarlyLookup[] =>
    EARLY_CONSUMERS.map((consumer) => lookUpEarly(consumer, source, VENDOR_FILES[vendor]));
  const lookups = { amd: lookUp('amd'), intel: lookUp('intel') };
  const vendorMembers = vendorMembersOf(source, image, lookups);
  const unpacking = linuxUnpack(source, 'tolerant', expanded?.parts);
  const reach = reachOf(image);
  const reached = vendorMembers.filter(({ headerOffset }) => headerOffset < reach);
  const bare = bareUpdates(source);
  const findings = collectFindings();
  for (const found of [
    ...(bare === undefined ? imageTraps(source, image, unpacking) : [bare, ...unpackTraps(unpacking)]),
    ...outOfReach(source, image, vendorMembers, lookups, expanded?.parts ?? []),
    ...memberTraps(source, image, reached),
    ...misplacedMembers(source, image, lookups),
    ...EARLY_VENDORS.flatMap((vendor) => absence(vendor, lookups[vendor], image)),
  ]) {
    findings.add(found);
  }
  // What is known for what it is needs no second finding that says it is no archive.
  const ofImage = bare === undefined ? image.findings : [];
  const byOffset = [...ofImage, ...findings.all()].sort((a, b) => a.offset - b.offset);
  return { size: source.size, image, lookups, vendorMembers, unpacking, findings: byOffset };
}

/** The largest power of two, up to a page, that `offset` is a multiple of. */
export function alignmentOf(offset: number): number {
  let alignment = 1;
  while (alignment < 4096 && offset % (alignment * 2) === 0) alignment *= 2;
  return alignment;
}
