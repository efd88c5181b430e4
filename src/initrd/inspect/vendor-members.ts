import type { ByteSource } from '../../bytes/source.ts';
import { memberAt, memberGeometry, nameField, nameText } from '../../formats/cpio/member.ts';
import { DIRECTORY, REGULAR, TYPE_MASK } from '../../formats/cpio/newc.ts';
import type { CpioImage } from '../../formats/cpio/read.ts';
import type { EarlyConsumerId, EarlyLookup } from './early-loaders.ts';
import { plainPath } from '../own-members.ts';
import { EARLY_FOLDER, EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from '../../loaders/early-paths.ts';

/**
 * How a member's name relates to its vendor's path. `exact`: it is the path. `longer`: it starts with the path, which is enough for
 * early loaders. `rooted`: a `./` or `/` stands before it. `case`: letters differ in case. `elsewhere`: the right file in another folder.
 */
export type NameForm = 'exact' | 'longer' | 'rooted' | 'case' | 'elsewhere';

/** A member that is, or looks meant to be, a vendor's microcode file. */
export interface VendorMember {
  readonly vendor: EarlyVendor;
  /** Name as stored, up to its first NUL. */
  readonly name: string;
  readonly nameForm: NameForm;
  /** NULs behind the name, the closing one among them. */
  readonly nameNuls: number;
  readonly mode: number;
  readonly regular: boolean;
  readonly nlink: number;
  /** Byte offsets. */
  readonly headerOffset: number;
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Offset modulo 16; Intel asks for 0. */
  readonly misalignment: number;
  /** Start of the archive it stands in. */
  readonly archiveStart: number;
  /** Whether its folders stand before it, so that the unpacked file gets a place. */
  readonly hasParents: boolean;
  /** Which loaders take this member. */
  readonly foundBy: readonly EarlyConsumerId[];
}

const BASENAMES = EARLY_VENDORS.map((vendor) => ({
  vendor,
  path: VENDOR_FILES[vendor],
  lowerPath: VENDOR_FILES[vendor].toLowerCase(),
  lowerBase: VENDOR_FILES[vendor].slice(EARLY_FOLDER.length).toLowerCase(),
}));

/** Members that are kept of one image; hostile ones could hold a million. Those that a loader takes are always among them. */
const KEPT = 1024;

const PARENTS = ['kernel', 'kernel/x86', EARLY_FOLDER];

/** Whose file a member is, or looks meant to be; undefined for none of them. */
export function formOf(name: string): { vendor: EarlyVendor; nameForm: NameForm } | undefined {
  const lower = name.toLowerCase();
  for (const { vendor, path, lowerPath, lowerBase } of BASENAMES) {
    if (name === path) return { vendor, nameForm: 'exact' };
    if (name.startsWith(path)) return { vendor, nameForm: 'longer' };
    if (plainPath(name) === path) return { vendor, nameForm: 'rooted' };
    if (plainPath(lower) === lowerPath) return { vendor, nameForm: 'case' };
    if (lower.endsWith(lowerBase)) return { vendor, nameForm: 'elsewhere' };
  }
  return undefined;
}

/** The vendor members of every archive, in the order they stand in the image. */
export function vendorMembersOf(
  source: ByteSource,
  image: CpioImage,
  lookups: Readonly<Record<EarlyVendor, readonly EarlyLookup[]>>,
): VendorMember[] {
  const found: VendorMember[] = [];
  const folders = new Set<string>();
  for (const segment of image.segments) {
    if (segment.kind !== 'archive') continue;
    for (const at of segment.headers) {
      const geometry = memberGeometry(source, at, segment.start);
      if (geometry === undefined) continue;
      const name = nameText(nameField(source, geometry));
      const type = geometry.mode & TYPE_MASK;
      if (type === DIRECTORY && PARENTS.includes(plainPath(name))) folders.add(plainPath(name));
      const form = formOf(name);
      const member = form === undefined ? undefined : memberAt(source, at, segment.start);
      if (form === undefined || member === undefined) continue;
      const foundBy = lookups[form.vendor]
        .filter(({ lookup }) => lookup?.found === true && lookup.headerOffset === at)
        .map(({ consumer }) => consumer);
      if (found.length >= KEPT && foundBy.length === 0) continue;
      found.push({
        ...form,
        name,
        nameNuls: member.nameNuls,
        mode: geometry.mode,
        regular: type === REGULAR,
        nlink: geometry.nlink,
        headerOffset: at,
        offset: member.dataOffset,
        size: member.dataSize,
        misalignment: member.dataOffset % 16,
        archiveStart: segment.start,
        hasParents: PARENTS.every((folder) => folders.has(folder)),
        foundBy,
      });
    }
  }
  return found;
}
