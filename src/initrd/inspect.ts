import { type ByteSource, bytesSource } from '../bytes/source.ts';
import { collectFindings } from '../findings/collect.ts';
import type { Finding } from '../findings/finding.ts';
import { type CpioImage, readCpio } from '../formats/cpio/read.ts';
import { EARLY_CONSUMERS, type EarlyLookup, lookUpEarly } from './early-consumers.ts';
import { absence, imageTraps, memberTraps } from './traps.ts';
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
 */
export function inspectInitrd(input: Uint8Array | ByteSource): InitrdInspection {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const image = readCpio(source);
  const lookUp = (vendor: EarlyVendor): EarlyLookup[] =>
    EARLY_CONSUMERS.map((consumer) => lookUpEarly(consumer, source, VENDOR_FILES[vendor]));
  const lookups = { amd: lookUp('amd'), intel: lookUp('intel') };
  const vendorMembers = vendorMembersOf(source, image, lookups);
  const unpacking = linuxUnpack(source);
  const findings = collectFindings();
  for (const found of [
    ...imageTraps(source, image, unpacking),
    ...memberTraps(source, image, vendorMembers),
    ...EARLY_VENDORS.flatMap((vendor) => absence(vendor, lookups[vendor], image)),
  ]) {
    findings.add(found);
  }
  const byOffset = [...image.findings, ...findings.all()].sort((a, b) => a.offset - b.offset);
  return { size: source.size, image, lookups, vendorMembers, unpacking, findings: byOffset };
}

/** The largest power of two, up to a page, that `offset` is a multiple of. */
export function alignmentOf(offset: number): number {
  let alignment = 1;
  while (alignment < 4096 && offset % (alignment * 2) === 0) alignment *= 2;
  return alignment;
}
