/**
 * What each Xen release does with the bytes of microcode, as data; which module they come from is another matter (src/xen). Read in
 * xen/arch/x86/cpu/microcode of the tags; 4.17 and 4.20 are booted and compared by test/boot.
 */
import type { LookupVariant } from '../formats/cpio/early-lookup.ts';

/** A release of Xen: 4.17.5 is `{ minor: 17, point: 5 }`. */
export interface XenVersion {
  readonly minor: number;
  readonly point: number;
}

/** Which releases have something. */
export interface Availability {
  /** First series that has it from its .0 on. */
  readonly since: number;
  /** Last series that has it. */
  readonly until?: number;
  /** Older series that got it, and in which point release. */
  readonly backports?: Readonly<Record<number, number>>;
  /** Point releases from which a series of the range no longer has it. */
  readonly lostIn?: Readonly<Record<number, number>>;
}

/** What differs between releases, each said in words for readers and in versions for the model. */
export const XEN_TRAITS = {
  signedRevisions: {
    says: 'Intel: revisions are signed, and a negative one is always newer',
    since: 15,
  },
  wantsTableEnd: {
    says: 'AMD: the last entry of the equivalence table has to be zero',
    since: 4,
    until: 17,
  },
  lengthEndsParse: {
    says: 'AMD: a patch that is too long ends the parse; later it is passed over',
    since: 4,
    until: 14,
  },
  rewritesSameLevel: {
    says: 'AMD: a patch of the running level is written again',
    since: 17,
    until: 19,
  },
  family19h: {
    says: 'AMD: patches of family 19h may have 5568 bytes, not 4800',
    since: 15,
  },
  family1ah: {
    says: 'AMD: patches of family 1Ah may have 15296 bytes, not 2048',
    since: 20,
    backports: { 18: 5, 19: 2 },
  },
  digestCheck: {
    says: "AMD Zen: without fixed firmware a patch must be in Xen's list of digests",
    since: 21,
    backports: { 17: 6, 18: 5, 19: 3, 20: 1 },
  },
  minimumRevision: {
    says: "AMD Zen 3 and later: the header's minimum revision is looked at. Seen in 4.17.7 and 4.20.3; earlier points may have it too",
    since: 21,
    backports: { 17: 7, 20: 3 },
  },
  exactNames: {
    says: 'The name in the cpio must have exactly one NUL',
    since: 4,
    until: 5,
    lostIn: { 4: 3, 5: 2 },
  },
  fileLimit: {
    says: 'A file in a cpio must not be larger than 8 MiB',
    since: 4,
    until: 13,
  },
} as const satisfies Readonly<Record<string, Availability & { readonly says: string }>>;

export type XenTrait = keyof typeof XEN_TRAITS;

export const xenHas = (version: XenVersion, trait: XenTrait): boolean => isAvailable(version, XEN_TRAITS[trait]);

export function isAvailable({ minor, point }: XenVersion, { since, until, backports, lostIn }: Availability): boolean {
  const lost = lostIn?.[minor];
  if (lost !== undefined && point >= lost) return false;
  if (until !== undefined && minor > until) return false;
  const backport = backports?.[minor];
  return minor >= since || (backport !== undefined && point >= backport);
}

export const lookupOf = (version: XenVersion): LookupVariant => (xenHas(version, 'exactNames') ? 'exact' : 'prefix');

/** Bytes of a file that a release with `fileLimit` takes. */
export const FILE_LIMIT = 8 * 1024 * 1024;

/** The point release that a series without one stands for: the newest, as distributions ship it. */
const NEWEST_POINT = 99;

/** `4.17`, `4.17.6`, `4.20.1+12-g...`. A series alone stands for its newest point release. Undefined for anything else. */
export function parseXenVersion(text: string): XenVersion | undefined {
  const match = /^4\.(\d{1,2})(?:\.(\d{1,3}))?(?:[-+~].*)?$/.exec(text);
  if (match === null) return undefined;
  return { minor: Number(match[1]), point: match[2] === undefined ? NEWEST_POINT : Number(match[2]) };
}

/**
 * From the first release with `ucode=scan` to the newest one known. 4.14 rewrote both parsers: before it, which file in a cpio is found
 * and how large it may be is modelled, what is made of its bytes is taken for the same as in 4.14.
 */
export const isModelledXen = ({ minor }: XenVersion): boolean => minor >= 4 && minor <= 23;

/** Series whose parsers differ, and the ones distributions ship: the rows of a table of all loaders. */
export const XEN_SERIES = ['4.4', '4.13', '4.14', '4.15', '4.17', '4.18', '4.19', '4.20', '4.21', '4.22'] as const;
