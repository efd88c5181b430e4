/** Judges the places where an Intel update may start. The sizes decide what is summed, the sums decide. */
import {
  DEFAULT_DATA_SIZE,
  DEFAULT_TOTAL_SIZE,
  EXTENDED_HEADER,
  EXTENDED_ROW,
  UPDATE_HEADER,
} from '../intel/layout.ts';
import { type RangeSums } from './range-sums.ts';
import { type Judged, judged, setVerdict, type Verdict } from './verdict.ts';

const { signature, dataSize, totalSize } = UPDATE_HEADER.fields;

export interface IntelPlaces extends Judged {
  /** Bytes of the data, by index of the offset. */
  readonly dataSizes: Uint32Array;
}

/** Reads the sizes; a place whose sizes contradict each other is none. Fields are read one by one: there may be millions. */
export function intelPlaces(bytes: Uint8Array, offsets: Uint32Array): IntelPlaces {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const places = { ...judged(offsets), dataSizes: new Uint32Array(offsets.length) };
  for (let i = 0; i < offsets.length; i++) {
    const at = offsets[i] as number;
    const storedData = view.getUint32(at + dataSize.offset, true);
    const storedTotal = view.getUint32(at + totalSize.offset, true);
    const data = storedData === 0 ? DEFAULT_DATA_SIZE : storedData;
    const total = storedData === 0 ? DEFAULT_TOTAL_SIZE : storedTotal;
    const fits =
      (storedData !== 0 || storedTotal === 0 || storedTotal === DEFAULT_TOTAL_SIZE) &&
      ((data | total) & 3) === 0 &&
      total >= data + UPDATE_HEADER.size &&
      view.getUint32(at + signature.offset, true) !== 0;
    if (!fits) continue;
    places.sizes[i] = total;
    places.dataSizes[i] = data;
  }
  return places;
}

/** Adds, for each alignment, the bytes that judging will sum. */
export function addDemand({ offsets, sizes }: Judged, end: number, demand: number[]): void {
  for (let i = 0; i < offsets.length; i++) {
    const at = offsets[i] as number;
    const size = sizes[i] as number;
    if (at + size <= end) demand[at & 3] = (demand[at & 3] ?? 0) + size;
  }
}

export function judgeIntel(bytes: Uint8Array, places: IntelPlaces, sums: RangeSums): void {
  const { offsets, sizes, dataSizes } = places;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < offsets.length; i++) {
    const size = sizes[i] as number;
    if (size === 0) continue;
    setVerdict(places, i, judgeOne(view, sums, offsets[i] as number, dataSizes[i] as number, size));
  }
}

function judgeOne(view: DataView, sums: RangeSums, at: number, data: number, size: number): Verdict {
  const end = at + size;
  if (end > view.byteLength) return 'cut';
  const table = at + UPDATE_HEADER.size + data;
  if (sums.sum(at, table) !== 0) return 'checksum';
  if (table === end) return 'sound';
  const room = end - table;
  const fits =
    room >= EXTENDED_HEADER.size &&
    room === EXTENDED_HEADER.size + EXTENDED_ROW.size * view.getUint32(table, true) &&
    sums.sum(table, end) === 0;
  return fits ? 'sound' : 'extended-table';
}
