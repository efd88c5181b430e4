import { type ByteSource, bytesSource } from '../../bytes/source.ts';
import { collectFindings } from '../../findings/collect.ts';
import type { Finding } from '../../findings/finding.ts';
import { type CpioImage, readCpio } from '../../formats/cpio/read.ts';
import { EARLY_LOADERS, type EarlyLookup, lookUpEarly } from './early-loaders.ts';
import { type ExpandedInitrd, expandInitrd } from '../expanded-parts.ts';
import { bareUpdates, misplacedMembers } from './misplaced.ts';
import { missingFileFindings, imageLayoutFindings, memberFindings, unpackTraps } from './loader-findings.ts';
import { outOfReach, reachOf } from './out-of-reach.ts';
import { linuxUnpack, type Unpacking } from '../unpack.ts';
import { EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from '../../loaders/early-paths.ts';
import { type VendorMember, vendorMembersOf } from './vendor-members.ts';
import { type Located, locatedIn, readBlob, type Reading } from '../../bundle/collect.ts';
import type { RuleId } from '../../findings/catalogue.ts';
import { compressionOf } from '../../formats/cpio/compression.ts';
import { isMicrocodePlace } from '../../inputs/microcode-file.ts';
import { baseName, fileOrigin, type Origin } from '../../inputs/origin.ts';

/** The result of `inspectInitrd`. */
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
 * Takes an initrd apart, and says what early loaders find in it and whether the kernel unpacks it. Never throws on bad bytes. Sources: Linux
 * find_microcode_in_initrd() and init/initramfs.c unpack_to_rootfs(), Xen microcode_scan_module().
 * @param expanded what `expandInitrd` made of the same bytes; without it the first compressed part reaches to the end and nothing is said of
 * what stands in it or behind it
 */
export function inspectInitrd(input: Uint8Array | ByteSource, expanded?: ExpandedInitrd): InitrdInspection {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const image = expanded?.image ?? readCpio(source);
  const lookUp = (vendor: EarlyVendor): EarlyLookup[] =>
    EARLY_LOADERS.map((consumer) => lookUpEarly(consumer, source, VENDOR_FILES[vendor]));
  const lookups = { amd: lookUp('amd'), intel: lookUp('intel') };
  const vendorMembers = vendorMembersOf(source, image, lookups);
  const unpacking = linuxUnpack(source, 'tolerant', expanded?.parts);
  const reach = reachOf(image);
  const reached = vendorMembers.filter(({ headerOffset }) => headerOffset < reach);
  const bare = bareUpdates(source);
  const findings = collectFindings();
  for (const found of [
    ...(bare === undefined ? imageLayoutFindings(source, image, unpacking) : [bare, ...unpackTraps(unpacking)]),
    ...outOfReach(source, image, vendorMembers, lookups, expanded?.parts ?? []),
    ...memberFindings(source, image, reached),
    ...misplacedMembers(source, image, lookups),
    ...EARLY_VENDORS.flatMap((vendor) => missingFileFindings(vendor, lookups[vendor], image)),
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

/** What commands that are about microcode, not about initrds, have to say of an initrd that they are given. */

/** Bytes that are enough for `mayBeInitrd`. */
export const INITRD_HEAD = 4096;

/** newc archives, with and without checksums, and the oldest format start so. */
const CPIO = Buffer.from('07070');

/** Names by which a file is known to be meant for early loading. */
const EARLY_NAME = /^(?:GenuineIntel\.bin|AuthenticAMD\.bin)$|initr|\.img$/i;

/** Whether the name of a file says that it is meant for early loading. */
export const namesInitrd = (path: string): boolean => EARLY_NAME.test(baseName(path));

/**
 * Whether the file is worth being looked at as an initrd, by its first bytes and its name. Compressed files of a folder are so by their name
 * only, those that the user named always.
 */
export function mayBeInitrd(path: string, head: Uint8Array, isNamed = true): boolean {
  if (startsLikeCpio(head)) return true;
  if (isCompressed(head)) return isNamed || namesInitrd(path);
  // Below kernel/x86/microcode a vendor file waits to be put into an archive.
  return bareUpdates(head) !== undefined && namesInitrd(path) && !isMicrocodePlace(folderOf(path));
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

const startsLikeCpio = (head: Uint8Array): boolean => CPIO.equals(head.subarray(0, CPIO.length));

const isCompressed = (head: Uint8Array): boolean => compressionOf(head)?.kernel === true;

/** A file that may be an initrd. */
export interface InitrdFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** False for a file of a folder. */
  readonly isNamed: boolean;
}

/** What is wrong with the file as an image, if it may be an initrd: one function for files that are named, of folders, and standard input. */
export const initrdFindings = async ({ path, bytes, isNamed }: InitrdFile): Promise<Located[]> =>
  mayBeInitrd(path, bytes.subarray(0, INITRD_HEAD), isNamed) ? imageFindings(path, bytes) : [];

/**
 * What is wrong with the initrd at `path` as an image: where loaders look, what they take, alignment, unpacking. It is expanded when
 * loaders find nothing in its plain part; compressed data that are no initrd give nothing.
 */
export const imageFindings = async (path: string, bytes: Uint8Array): Promise<Located[]> =>
  locatedIn(fileOrigin(path), await findingsIn(bytes));

async function findingsIn(bytes: Uint8Array): Promise<readonly Finding[]> {
  const head = bytes.subarray(0, INITRD_HEAD);
  if (startsLikeCpio(head)) {
    const inspection = inspectInitrd(bytes);
    if (!mayHide(inspection)) return inspection.findings;
  }
  const bare = bareUpdates(head);
  if (bare !== undefined) return [bare];
  if (!startsLikeCpio(head) && !isCompressed(head)) return [];
  const expanded = await expandInitrd(bytes);
  const archives = [expanded.image, ...expanded.parts.map(({ image }) => image)].flatMap(({ segments }) => segments);
  return archives.some(({ kind }) => kind === 'archive') ? inspectInitrd(bytes, expanded).findings : [];
}

/** Whether no loader finds anything in the plain part, while microcode may stand in a compressed one. */
const mayHide = ({ image, vendorMembers }: InitrdInspection): boolean =>
  image.segments.some(({ kind }) => kind === 'compressed') &&
  vendorMembers.every(({ foundBy }) => foundBy.length === 0);

/** Rules that say why an early loader gets nothing although there is microcode in the file. */
const WHY_NOTHING: ReadonlySet<RuleId> = new Set([
  'initrd/bare-updates',
  'initrd/late-files',
  'initrd/name-case',
  'initrd/name-folder',
  'initrd/name-form',
  'initrd/name-vendor',
  'initrd/unreachable',
]);

/** Those of the findings on an image that explain why a loader finds no microcode in it. */
export const whyNothing = (findings: readonly Located[]): Located[] =>
  findings.filter(({ finding }) => WHY_NOTHING.has(finding.rule));

/** The updates in the vendor files that Linux finds in an initrd; `origin` is that of the initrd. */
export function updatesInside(origin: Origin, bytes: Uint8Array, inspection: InitrdInspection): Reading[] {
  return inspection.vendorMembers
    .filter(({ foundBy }) => foundBy.includes('linux'))
    .map(({ vendor, name, offset, size }) =>
      readBlob({
        kind: vendor === 'intel' ? 'intel' : 'amd-container',
        origin: { ...origin, members: [...origin.members, name] },
        bytes: bytes.subarray(offset, offset + size),
      }),
    );
}
