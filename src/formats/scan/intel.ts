/** Judges the places where an Intel update may start: the sums decide. */
import { EXTENDED_HEADER, EXTENDED_ROW, UPDATE_HEADER } from '../intel/layout.ts';
import type { IntelPlace } from './candidates.ts';
import type { RangeSums } from './range-sums.ts';
import { type VerdictTable, verdictTable, VERDICT, type Verdict } from './verdict.ts';

/** The places as `checkIntel` fills them in, by index of the place. */
export function emptyVerdicts(places: readonly IntelPlace[]): VerdictTable {
  const result = verdictTable(Uint32Array.from(places, ({ offset }) => offset));
  result.sizes.set(places.map(({ size }) => size));
  return result;
}

/** Adds, for each alignment, the bytes that judging will sum. */
export function addDemand({ offsets, sizes }: VerdictTable, end: number, demand: number[]): void {
  for (let i = 0; i < offsets.length; i++) {
    const at = offsets[i] as number;
    const size = sizes[i] as number;
    if (at + size <= end) demand[at & 3] = (demand[at & 3] ?? 0) + size;
  }
}

export function checkIntel(
  bytes: Uint8Array,
  places: readonly IntelPlace[],
  into: VerdictTable,
  sums: RangeSums,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  places.forEach((place, i) => {
    into.verdicts[i] = checkOne(view, sums, place);
  });
}

function checkOne(view: DataView, sums: RangeSums, { offset, dataSize, size }: IntelPlace): Verdict {
  const end = offset + size;
  if (view.getUint32(offset + UPDATE_HEADER.fields.signature.offset, true) === 0) return VERDICT.none;
  if (end > view.byteLength) return VERDICT.cut;
  const table = offset + UPDATE_HEADER.size + dataSize;
  if (sums.sum(offset, table) !== 0) return VERDICT.checksum;
  if (table === end) return VERDICT.intact;
  const room = end - table;
  const fits =
    room >= EXTENDED_HEADER.size &&
    room === EXTENDED_HEADER.size + EXTENDED_ROW.size * view.getUint32(table, true) &&
    sums.sum(table, end) === 0;
  return fits ? VERDICT.intact : VERDICT.extendedTable;
}
