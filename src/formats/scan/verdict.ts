/** What came of looking at the places where a header may start. Arrays of numbers: crafted input has millions of such places. */

export const VERDICT = {
  /** Not even a header. */
  none: 0,
  intact: 1,
  /** Goes beyond the end of the bytes. */
  cut: 2,
  // What is wrong with an update that lies inside.
  checksum: 3,
  extendedTable: 4,
  revisionCopy: 5,
} as const;

export type Verdict = (typeof VERDICT)[keyof typeof VERDICT];

export interface VerdictTable {
  /** Byte offsets, ascending. */
  readonly offsets: Uint32Array;
  /** Bytes, by index of the offset. */
  readonly sizes: Uint32Array;
  /** Values of VERDICT. */
  readonly verdicts: Uint8Array;
}

export const verdictTable = (offsets: Uint32Array): VerdictTable => ({
  offsets,
  sizes: new Uint32Array(offsets.length),
  verdicts: new Uint8Array(offsets.length),
});
