/** Finds and checks the places where an update of VIA may start: they have a magic. */
import { VIA_HEADER, VIA_MAGIC, type ViaHeader } from '../via.ts';
import type { RangeSums } from './range-sums.ts';
import { type VerdictTable, verdictTable, VERDICT } from './verdict.ts';

/** The largest published update has 12,640 bytes. */
const LARGEST = 1 << 20;

const isPlausible = ({ loaderRevision, year, month, day, dataSize, totalSize }: ViaHeader): boolean =>
  loaderRevision === 1 &&
  year >= 2000 &&
  year < 2100 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  day <= 31 &&
  totalSize % 4 === 0 &&
  totalSize <= LARGEST &&
  totalSize >= VIA_HEADER.size &&
  dataSize <= totalSize - VIA_HEADER.size;

/** Places with a plausible header, and the sizes in it. */
export function viaPlaces(bytes: Uint8Array): VerdictTable {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const offsets: number[] = [];
  const sizes: number[] = [];
  for (let at = buffer.indexOf(VIA_MAGIC); at >= 0; at = buffer.indexOf(VIA_MAGIC, at + 1)) {
    // Read before the header is decoded: crafted input has the magic everywhere.
    if (bytes[at + VIA_HEADER.fields.loaderRevision.offset] !== 1) continue;
    const header = VIA_HEADER.decode(bytes, at);
    if (header === undefined || !isPlausible(header)) continue;
    offsets.push(at);
    sizes.push(header.totalSize);
  }
  const places = verdictTable(Uint32Array.from(offsets));
  places.sizes.set(sizes);
  return places;
}

export function checkVia(bytes: Uint8Array, places: VerdictTable, sums: RangeSums): void {
  for (let i = 0; i < places.offsets.length; i++) {
    const start = places.offsets[i] as number;
    const end = start + (places.sizes[i] as number);
    if (end > bytes.length) places.verdicts[i] = VERDICT.cut;
    else places.verdicts[i] = sums.sum(start, end) === 0 ? VERDICT.intact : VERDICT.checksum;
  }
}
