import { type ByteSource, bytesSource } from '../bytes/source.ts';
import { type Finding, finding } from '../findings/finding.ts';
import { memberAt } from '../formats/cpio/member.ts';
import { NEWC } from '../formats/cpio/newc.ts';
import { type CpioImage, readCpio } from '../formats/cpio/read.ts';
import { EARLY_CONSUMERS, type EarlyConsumerId, type EarlyLookup, lookUpEarly } from './early-consumers.ts';
import { EARLY_FOLDER, EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from './vendor-file.ts';

/** A member that stands under a vendor's path, or that an early loader takes for it. */
export interface VendorMember {
  readonly vendor: EarlyVendor;
  /** Name as stored. */
  readonly name: string;
  /** Byte offsets. */
  readonly headerOffset: number;
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Offset modulo 16; Intel asks for 0. */
  readonly misalignment: number;
  /** Which loaders take this member. */
  readonly foundBy: readonly EarlyConsumerId[];
}

export interface InitrdInspection {
  /** Bytes. */
  readonly size: number;
  readonly image: CpioImage;
  /** For each vendor what each kind of loader finds. */
  readonly lookups: Readonly<Record<EarlyVendor, readonly EarlyLookup[]>>;
  /** In the order they stand in the image. */
  readonly vendorMembers: readonly VendorMember[];
  readonly findings: readonly Finding[];
}

/** Takes an initrd apart and says what early loaders find in it. Never throws on bad bytes. */
export function inspectInitrd(input: Uint8Array | ByteSource): InitrdInspection {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const image = readCpio(source);
  const lookUp = (vendor: EarlyVendor): EarlyLookup[] =>
    EARLY_CONSUMERS.map((consumer) => lookUpEarly(consumer, source, VENDOR_FILES[vendor]));
  const lookups = { amd: lookUp('amd'), intel: lookUp('intel') };
  const vendorMembers = membersUnderVendorPaths(source, image, lookups);
  const findings = [...image.findings, ...EARLY_VENDORS.flatMap((vendor) => absence(vendor, lookups[vendor]))];
  return { size: source.size, image, lookups, vendorMembers, findings };
}

/** A quick look at the name that spares decoding the many members of an uncompressed main initrd. */
const mayBeVendorFile = (source: ByteSource, headerOffset: number): boolean =>
  FOLDER.equals(source.view(headerOffset + NEWC.size, FOLDER.length));

const FOLDER = Buffer.from(`${EARLY_FOLDER}/`);

function membersUnderVendorPaths(
  source: ByteSource,
  image: CpioImage,
  lookups: InitrdInspection['lookups'],
): VendorMember[] {
  const found: VendorMember[] = [];
  for (const segment of image.segments) {
    if (segment.kind !== 'archive') continue;
    for (const headerOffset of segment.headers) {
      if (!mayBeVendorFile(source, headerOffset)) continue;
      const member = memberAt(source, headerOffset, segment.start);
      const vendor = EARLY_VENDORS.find((vendor) => member?.name.startsWith(VENDOR_FILES[vendor]));
      if (member === undefined || vendor === undefined) continue;
      const { name, dataOffset, dataSize } = member;
      const foundBy = lookups[vendor]
        .filter(({ lookup }) => lookup?.found === true && lookup.headerOffset === headerOffset)
        .map(({ consumer }) => consumer);
      const misalignment = dataOffset % 16;
      found.push({ vendor, name, headerOffset, offset: dataOffset, size: dataSize, misalignment, foundBy });
    }
  }
  return found;
}

const WORDS = {
  'end-of-data': 'no regular file of that name in the uncompressed part',
  'hex-digit': 'the search ends at bytes that are no header',
  magic: 'the search ends at bytes that are no newc header',
  'beyond-the-end': 'the search ends at a member that is cut off',
} as const;

function absence(vendor: EarlyVendor, lookups: readonly EarlyLookup[]): Finding[] {
  const linux = lookups.find(({ consumer }) => consumer === 'linux');
  if (linux === undefined || linux.verdict === 'found' || linux.lookup === null) return [];
  const why = linux.lookup.found ? 'the file is empty' : WORDS[linux.lookup.reason];
  const offset = linux.lookup.found ? linux.lookup.headerOffset : linux.lookup.offset;
  return [finding('initrd/not-found', { offset }, { path: VENDOR_FILES[vendor], why })];
}
