import type { ByteSource } from '../../bytes/source.ts';
import { type Finding, finding, shifted } from '../../findings/finding.ts';
import type { ArchiveSegment, CpioImage } from '../../formats/cpio/read.ts';
import type { EarlyLookup } from './early-loaders.ts';
import { STREAM_HEAD, takenByLinux } from '../kernel-decoders.ts';
import { whyNot } from './lookup-text.ts';
import { checkPayload } from '../payload-faults.ts';
import type { Unpacking } from '../unpack.ts';
import { type EarlyVendor, VENDOR_FILES } from '../../loaders/early-paths.ts';
import type { VendorMember } from './vendor-members.ts';

/** Linux and Xen warn when a name has so many bytes after the path (MAX_CPIO_FILE_NAME). */
const NAME_LIMIT = 18;

/** What an early loader, the unpacker or a tool would stumble over in the image as a whole. */
export function imageLayoutFindings(source: ByteSource, image: CpioImage, unpacking: Unpacking): Finding[] {
  const findings: Finding[] = [];
  const archives = image.segments.filter((segment): segment is ArchiveSegment => segment.kind === 'archive');
  const [first] = image.segments;
  const last = image.segments.at(-1);
  const compressed = image.segments.some(({ kind }) => kind === 'compressed');
  if (archives.length === 0 && !compressed) {
    findings.push(finding('initrd/nothing', { offset: 0 }, { found: image.size }));
  }
  if (first?.kind === 'zeros' && first.end % 4 === 0 && first.end < image.size) {
    findings.push(finding('initrd/leading-zeros', { offset: 0 }, { found: first.end }));
  }
  if (archives.length > 1) {
    const offset = archives[1]?.start ?? 0;
    findings.push(finding('initrd/several-archives', { offset }, { found: archives.length }));
  }
  if (
    (last?.kind === 'archive' || last?.kind === 'zeros') &&
    archives.length > 0 &&
    !compressed &&
    image.size % 4 !== 0
  ) {
    findings.push(finding('initrd/length', { offset: image.size }, { found: image.size, expected: 4 }));
  }
  for (const segment of image.segments) {
    if (segment.kind !== 'compressed') continue;
    const { start, compression } = segment;
    const refused = takenByLinux(compression.name, source.view(start, STREAM_HEAD)).kind === 'refuses';
    if (!compression.kernel || refused) {
      const found = refused ? `${compression.name} with a check or filter that is not usual there` : compression.name;
      findings.push(finding('initrd/compression', { offset: start }, { found }));
    }
  }
  return [...findings, ...unpackTraps(unpacking)];
}

export const unpackTraps = (unpacking: Unpacking): Finding[] =>
  unpacking.verdict === 'stops'
    ? [finding('initrd/unpack-stops', { offset: unpacking.offset }, { found: unpacking.error })]
    : [];

/** What is wrong with the members that are, or look meant to be, a vendor's file. */
export function memberFindings(source: ByteSource, image: CpioImage, members: readonly VendorMember[]): Finding[] {
  const withVendorFile = new Set(members.map(({ archiveStart }) => archiveStart));
  const foreign = image.segments.find(({ kind, start }) => kind === 'archive' && !withVendorFile.has(start));
  const firstOf = (wanted: EarlyVendor): VendorMember | undefined =>
    members.find((member) => member.vendor === wanted && isTaken(member) && member.regular);
  const first = { amd: firstOf('amd'), intel: firstOf('intel') };
  return members.flatMap((member) => [
    ...nameFindings(member),
    ...contentFindings(source, member),
    ...placeFindings(member, first[member.vendor], foreign?.start),
  ]);
}

function nameFindings({ vendor, name, nameForm, headerOffset, nameNuls, foundBy }: VendorMember): Finding[] {
  const at = { offset: headerOffset, field: 'name' };
  const values = { found: name, expected: VENDOR_FILES[vendor] };
  switch (nameForm) {
    case 'exact':
      return nameNuls >= NAME_LIMIT && foundBy.length > 0
        ? [finding('initrd/name-padding', at, { found: nameNuls, expected: NAME_LIMIT })]
        : [];
    case 'longer':
      return foundBy.length > 0 ? [finding('initrd/name-longer', at, values)] : [];
    case 'rooted':
      return [finding('initrd/name-form', at, values)];
    case 'case':
      return [finding('initrd/name-case', at, values)];
    case 'elsewhere':
      return [finding('initrd/name-folder', at, values)];
  }
}

const isTaken = ({ nameForm, foundBy }: VendorMember): boolean => nameForm === 'exact' || foundBy.length > 0;

function contentFindings(source: ByteSource, member: VendorMember): Finding[] {
  if (!isTaken(member)) return [];
  const { vendor, name, headerOffset, offset, size, misalignment } = member;
  const at = { offset: headerOffset };
  if (!member.regular) {
    const found = `0${member.mode.toString(8)}`;
    return [finding('initrd/not-regular', { ...at, field: 'mode' }, { name, found })];
  }
  // What is cut off has its own finding; half of it says nothing about the rest.
  if (offset + size > source.size) return [];
  if (size === 0) {
    return member.nlink > 1
      ? [finding('initrd/hard-link', { ...at, field: 'nlink' }, { name, found: member.nlink })]
      : [finding('initrd/empty-file', { ...at, field: 'filesize' }, { name })];
  }
  // What is wrong inside the payload is the business of those who list its updates.
  const findings = checkPayload(vendor, [source.view(offset, size)])
    .filter(({ rule }) => rule.startsWith('initrd/'))
    .map((found) => shifted(found, offset));
  if (vendor === 'intel' && misalignment !== 0) {
    findings.unshift(finding('initrd/misaligned', { offset }, { found: offset, expected: 16 }));
  }
  return findings;
}

function placeFindings(
  member: VendorMember,
  first: VendorMember | undefined,
  foreignArchive: number | undefined,
): Finding[] {
  if (!isTaken(member) || !member.regular) return [];
  const { vendor, name, headerOffset, archiveStart } = member;
  const findings: Finding[] = [];
  if (first !== undefined && first !== member) {
    findings.push(finding('initrd/duplicate', { offset: headerOffset }, { name, expected: first.headerOffset }));
  }
  if (!member.hasParents) findings.push(finding('initrd/missing-parents', { offset: headerOffset }, { name }));
  if (foreignArchive !== undefined && foreignArchive < archiveStart) {
    findings.push(finding('initrd/late-archive', { offset: headerOffset }, { path: VENDOR_FILES[vendor] }));
  }
  return findings;
}

/** Says why Linux finds no file for a vendor. */
export function missingFileFindings(vendor: EarlyVendor, lookups: readonly EarlyLookup[], image: CpioImage): Finding[] {
  const linux = lookups.find(({ consumer }) => consumer === 'linux');
  const why = linux === undefined ? null : whyNot(linux, image);
  if (why === null || linux?.lookup === null || linux === undefined) return [];
  const offset = linux.lookup.found ? linux.lookup.headerOffset : linux.lookup.offset;
  return [finding('initrd/not-found', { offset }, { path: VENDOR_FILES[vendor], why })];
}
