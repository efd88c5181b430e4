/** Microcode that stands in an initrd where no early loader gets to. */
import { type ByteSource, bytesSource } from '../../bytes/source.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { findCpioData } from '../../formats/cpio/early-lookup.ts';
import type { CpioImage, Segment } from '../../formats/cpio/read.ts';
import type { EarlyLookup } from './early-loaders.ts';
import type { ExpandedPart } from '../expanded-parts.ts';
import { EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from '../../loaders/early-paths.ts';
import type { VendorMember } from './vendor-members.ts';

type Barrier = Extract<Segment, { kind: 'compressed' | 'unknown' }>;

const isBarrier = (segment: Segment): segment is Barrier => segment.kind === 'compressed' || segment.kind === 'unknown';

/** Offset of the first bytes that are neither archive nor zeros: there every early search ends. */
export const reachOf = (image: CpioImage): number => image.segments.find(isBarrier)?.start ?? image.size;

export function outOfReach(
  source: ByteSource,
  image: CpioImage,
  members: readonly VendorMember[],
  lookups: Readonly<Record<EarlyVendor, readonly EarlyLookup[]>>,
  parts: readonly ExpandedPart[],
): Finding[] {
  const reach = reachOf(image);
  const behind = members
    .filter(({ headerOffset, nameForm }) => headerOffset > reach && nameForm === 'exact')
    .map(({ name, headerOffset }) => unreachable(headerOffset, name, BEHIND));
  const missing = EARLY_VENDORS.filter((vendor) => !lookups[vendor].some(isFound));
  const packed = parts.flatMap((part) => missing.flatMap((vendor) => insidePart(part, VENDOR_FILES[vendor])));
  const expanded = new Set(
    parts.filter(({ expanded: { kind } }) => kind === 'bytes').map(({ segment }) => segment.start),
  );
  const readable = image.segments.filter(isBarrier).filter(({ start }) => !expanded.has(start));
  return [...behind, ...packed, ...readable.flatMap((segment) => namesIn(source, segment))];
}

const BEHIND = 'after compressed data';

const unreachable = (offset: number, path: string, where: string): Finding =>
  finding('initrd/unreachable', { offset }, { path, where });

const isFound = ({ consumer, verdict }: EarlyLookup): boolean => consumer === 'linux' && verdict === 'found';

/** An early archive that was compressed along with the rest, where it would be found if it were not. */
function insidePart({ segment, expanded }: ExpandedPart, path: string): Finding[] {
  const found = findCpioData(bytesSource(expanded.bytes), path).found;
  return found ? [unreachable(segment.start, path, `inside ${segment.compression.name}-compressed data`)] : [];
}

/** Vendor paths that stand, readable, in bytes that nobody took apart. */
function namesIn(source: ByteSource, { kind, start, end }: Barrier): Finding[] {
  const where = kind === 'compressed' ? BEHIND : 'in bytes that are not a newc archive';
  return EARLY_VENDORS.flatMap((vendor) => {
    const path = VENDOR_FILES[vendor];
    const offset = positionOf(source, path, start, end);
    return offset === undefined ? [] : [unreachable(offset, path, where)];
  });
}

/** Bytes searched in one go; the overlap lets a name that crosses the border be seen. */
const STRIDE = 1 << 16;

function positionOf(source: ByteSource, text: string, start: number, end: number): number | undefined {
  for (let at = start; at < end; at += STRIDE) {
    const view = source.view(at, Math.min(STRIDE + text.length, end - at));
    const index = Buffer.from(view.buffer, view.byteOffset, view.length).indexOf(text, 'latin1');
    if (index >= 0) return at + index;
  }
  return undefined;
}
