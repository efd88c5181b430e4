/** Lines of text files that findings are about: a policy, which is read as bytes like everything else. */
import type { FindingRow } from '../update-row.ts';

/** Both counted from 1; the column in UTF-16 code units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Where a finding is in a text file, or undefined for binary ones. */
export type PlaceOf = (row: FindingRow) => TextPlace | undefined;

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export const placesIn =
  (file: TextFile | undefined): PlaceOf =>
  ({ origin: { path, members, offset } }) => {
    if (file === undefined || path !== file.path || members.length > 0) return undefined;
    const before = Buffer.from(file.text).subarray(0, offset).toString();
    const start = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: before.length - start + 1 };
  };
