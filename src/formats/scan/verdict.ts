/** What came of looking at the places where a header may start. Arrays of numbers: crafted input has millions of such places. */

/** `none`: not even a header. `cut`: goes beyond the end. The others say what is wrong with an update that lies inside. */
export const VERDICTS = ['none', 'sound', 'cut', 'checksum', 'extended-table', 'revision-copy'] as const;

export type Verdict = (typeof VERDICTS)[number];

export interface Judged {
  /** Byte offsets, ascending. */
  readonly offsets: Uint32Array;
  /** Bytes, by index of the offset. */
  readonly sizes: Uint32Array;
  /** Indexes of VERDICTS. */
  readonly verdicts: Uint8Array;
}

export const judged = (offsets: Uint32Array): Judged => ({
  offsets,
  sizes: new Uint32Array(offsets.length),
  verdicts: new Uint8Array(offsets.length),
});

export const setVerdict = ({ verdicts }: Judged, index: number, verdict: Verdict): void => {
  verdicts[index] = VERDICTS.indexOf(verdict);
};

export const verdictAt = ({ verdicts }: Judged, index: number): Verdict => VERDICTS[verdicts[index] ?? 0] ?? 'none';

export const isSound = ({ verdicts }: Judged, index: number): boolean => verdicts[index] === 1;
