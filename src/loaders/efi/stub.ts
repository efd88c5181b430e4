import type { PeRow } from '../../formats/pe.ts';

/**
 * systemd-stub: the EFI program in front of a unified kernel image, which hands the kernel its initrd. Read in the source of 252.39,
 * 254.26, 257.13 and 262; what a version in between does is taken from these only where both neighbours agree.
 */
export interface StubVersion {
  readonly major: number;
  /** As the stub says it, `257.13-1~deb13u1`. */
  readonly name: string;
}

/** The newest version that was read: its rules stand for a stub of an unknown kind and for later ones. */
export const NEWEST_STUB = 262;

/** First version that looks at .ucode (NEWS of 256). */
export const FIRST_WITH_UCODE = 256;

/** First version in which names are compared as a whole, the first row of a name counts, and .profile divides the table. */
const FIRST_WITH_PROFILES = 257;

/** Versions of the old reader: rows that start with a name are taken too, and the last one counts. */
const OLD_READER = { first: 252, last: 254 } as const;

/** The version that the section .sdmagic names; undefined when it is another program's. */
export function parseStub(magic: string): StubVersion | undefined {
  const name = /^#### LoaderInfo: systemd-stub (\S+) ####/.exec(magic)?.[1];
  const major = /^v?(\d{1,5})(?!\d)/.exec(name ?? '')?.[1];
  return name === undefined || major === undefined ? undefined : { major: Number(major), name };
}

/** Which row counts where the version in question was not read. */
export const UNTOLD = 'which one counts in this version cannot be told';

/** Where the stub finds a section. */
export interface Located {
  /** Null: nowhere. */
  readonly row: PeRow | null;
  /** Rows that could be meant; with more than one, `says` tells which one counts. */
  readonly count: number;
  readonly says: 'the first counts' | 'the last counts' | typeof UNTOLD;
}

/** Looks for a section as version `major` does: in the rows before the first profile, and in those of the first profile before them. */
export function locate(rows: readonly PeRow[], name: string, major: number): Located {
  if (major < FIRST_WITH_PROFILES) {
    const found = rows.filter((row) => row.name.startsWith(name));
    const says = major >= OLD_READER.first && major <= OLD_READER.last ? 'the last counts' : UNTOLD;
    return { row: found.at(-1) ?? null, count: found.length, says };
  }
  const [base = [], first = []] = profilesOf(rows);
  const own = first.filter((row) => row.name === name);
  const found = own.length > 0 ? own : base.filter((row) => row.name === name);
  return { row: found[0] ?? null, count: found.length, says: 'the first counts' };
}

/** The rows before the first .profile, then those of each profile; versions before 257 know no profiles. */
export function profilesOf(rows: readonly PeRow[]): (readonly PeRow[])[] {
  const parts: PeRow[][] = [[]];
  for (const row of rows) {
    if (row.name === '.profile') parts.push([]);
    parts.at(-1)?.push(row);
  }
  return parts;
}

export const knowsProfiles = (major: number): boolean => major >= FIRST_WITH_PROFILES;
