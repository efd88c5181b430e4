/**
 * What each Xen release does with the bytes of microcode, as data; which module they come from is another matter (src/xen). Read in
 * xen/arch/x86/cpu/microcode of the tags and branches; releases that Debian ships are booted and compared by test/boot.
 */
import type { LookupVariant } from '../../formats/cpio/early-lookup.ts';
import { type Availability, changesOf, type Place, standingOf } from '../availability.ts';
import type { Vendor } from '../explanation.ts';

/** A release of Xen: 4.17.5 is `{ minor: 17, point: 5 }`, 4.17.5+72 has `ahead: 72`. */
export interface XenVersion extends Place {
  readonly minor: number;
}

interface Trait extends Availability {
  /** The behaviour, a sentence without a full stop. */
  readonly says: string;
  /** Whose updates it is about. */
  readonly vendor: Vendor | 'both';
}

/** What differs between releases, each said in words for readers and in versions for the model. */
export const XEN_TRAITS = {
  signedRevisions: {
    says: 'Intel: revisions are signed, and a negative one is always newer',
    vendor: 'intel',
    since: 15,
    source: 'compare_revisions() in intel.c of 4.14.6 and 4.15.0',
  },
  goesOnAfterFault: {
    says: 'AMD: a container with a fault, also one without patches, ends only itself where the next one follows at once',
    vendor: 'amd',
    since: 4,
    until: 14,
    source: 'cpu_request_microcode() in amd.c of 4.14.6; 0e898ad8bcb2 ended it in 4.15',
  },
  wantsTableEnd: {
    says: 'AMD: the last entry of the equivalence table has to be zero',
    vendor: 'amd',
    since: 4,
    until: 19,
    lostIn: { 18: '3+25', 19: '0+35' },
    source: 'a8bf14f6f331',
  },
  lengthEndsParse: {
    says: 'AMD: a patch that is too long ends the parse; later it is passed over',
    vendor: 'amd',
    since: 4,
    until: 14,
    source: '0e898ad8bcb2',
  },
  rewritesSameLevel: {
    says: 'AMD: a patch of the running level is written again',
    vendor: 'amd',
    since: 18,
    until: 19,
    backports: { 17: '0+52', 16: '3+28' },
    source: 'f4ef8a41b808; b1b657afa9d8 ended it in 4.20',
  },
  family19h: {
    says: 'AMD: patches of family 19h may have 5568 bytes, not 4800 (4.14) or 2048 (4.13 and before)',
    vendor: 'amd',
    since: 15,
    backports: { 14: '1+40', 13: '2+94' },
    source: '90b014a6e654',
  },
  family1ah: {
    says: 'AMD: patches of family 1Ah may have 15296 bytes, not 2048',
    vendor: 'amd',
    since: 20,
    backports: { 18: '4+7', 19: '1+14' },
    source: 'f29cc14de1f6',
  },
  digestCheck: {
    says: "AMD Zen: a patch must be in Xen's list of digests",
    vendor: 'amd',
    since: 21,
    backports: { 17: '5+28', 18: '4+65', 19: '2+4', 20: '0+51' },
    source: '630e8875ab33',
  },
  digestsOn1ah: {
    says: 'AMD Zen: digests are asked for on family 1Ah too, not on 17h to 19h only',
    vendor: 'amd',
    since: 21,
    backports: { 17: '5+29', 18: '4+66', 19: '2+5', 20: '0+52' },
    source: 'b63951467e36',
  },
  tsaDigests: {
    says: 'AMD Zen: the list has the 16 patches against TSA',
    vendor: 'amd',
    since: 21,
    backports: { 17: '5+54', 18: '5+17', 19: '2+87', 20: '0+138' },
    source: 'a8708ea8bd38',
  },
  trustsFixedFirmware: {
    says: 'AMD Zen: with fixed firmware no digest is asked for; before, always',
    vendor: 'amd',
    since: 21,
    backports: { 17: '5+71', 18: '5+35', 19: '3+39', 20: '1+59' },
    source: 'ff8228ab46bd',
  },
  minimumRevision: {
    says: "AMD Zen 3 and later: the header's minimum revision is looked at",
    vendor: 'amd',
    since: 21,
    backports: { 17: '5+69', 18: '5+33', 19: '3+37', 20: '1+57' },
    source: 'b3f015b8ba6d',
  },
  shimadaCutOffs: {
    says: 'AMD Zen: the last unfixed levels of 0b0081 and 0b6080 are known',
    vendor: 'amd',
    since: 21,
    backports: { 19: '3+48', 20: '1+70' },
    source: '3907ea4ba9b9',
  },
  graniteRidgeCutOff: {
    says: 'AMD Zen: the last unfixed level of 0b4041 is known',
    vendor: 'amd',
    since: 21,
    backports: { 19: '3+53', 20: '2+4' },
    source: '07e57af2b4c1',
  },
  exactNames: {
    says: 'The name in the cpio must have exactly one NUL',
    vendor: 'both',
    since: 4,
    until: 5,
    lostIn: { 4: 3, 5: 2 },
    source: 'find_cpio_data() in earlycpio.c of the tags',
  },
  fileLimit: {
    says: 'A file in a cpio must not be larger than 8 MiB',
    vendor: 'both',
    since: 4,
    until: 13,
    source: 'microcode_scan_module() in microcode.c of 4.13.5',
  },
} as const satisfies Readonly<Record<string, Trait>>;

export type XenTrait = keyof typeof XEN_TRAITS;

export const xenHas = (version: XenVersion, trait: XenTrait): boolean => isAvailable(version, XEN_TRAITS[trait]);

/** Whether a release has something; every arrival in Xen's branches could be established. */
export const isAvailable = (version: XenVersion, when: Omit<Availability, 'source'>): boolean =>
  standingOf(when, version.minor, version, Number) === 'yes';

export const lookupOf = (version: XenVersion): LookupVariant => (xenHas(version, 'exactNames') ? 'exact' : 'prefix');

/** Bytes of a file that a release with `fileLimit` takes. */
export const FILE_LIMIT = 8 * 1024 * 1024;

/** The newest point release of each series that was read; tags and branches as of August 2026. */
const NEWEST_POINTS: Readonly<Record<number, number>> = {
  4: 4,
  5: 5,
  6: 6,
  7: 6,
  8: 5,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  13: 5,
  14: 6,
  15: 7,
  16: 7,
  17: 7,
  18: 6,
  19: 6,
  20: 4,
  21: 2,
  22: 0,
  23: 0,
};

/** The newest point release of a series that was read. */
export const newestXenPoint = (minor: number): number => NEWEST_POINTS[minor] ?? 0;

/**
 * `4.17`, `4.17.6`, `4.20.1+12-g...`. A series alone stands for its newest point release that was read, as a distribution that is kept
 * up to date runs it. Undefined for anything else.
 */
export function parseXenVersion(text: string): XenVersion | undefined {
  const match = /^4\.(\d{1,2})(?:\.(\d{1,3}))?(?:\+(\d{1,4}))?(?:[-+~].*)?$/.exec(text);
  if (match === null) return undefined;
  const minor = Number(match[1]);
  if (match[2] === undefined) return { minor, point: newestXenPoint(minor) };
  const version = { minor, point: Number(match[2]) };
  return match[3] === undefined ? version : { ...version, ahead: Number(match[3]) };
}

/** The points of a series at which the treatment of a vendor's updates changes, from 0 on. */
export function xenChanges({ minor }: XenVersion, vendor: Vendor): number[] {
  const rows = Object.values<Trait>(XEN_TRAITS).filter((row) => row.vendor === vendor || row.vendor === 'both');
  return [...new Set([0, ...changesOf(rows, minor)])].filter((point) => point <= newestXenPoint(minor));
}

/**
 * From the first release with `ucode=scan` to the newest one known. 4.14 rewrote both parsers: before it, which file in a cpio is found
 * and how large it may be is modelled, what is made of its bytes is taken for the same as in 4.14.
 */
export const isModelledXen = ({ minor }: XenVersion): boolean => minor >= 4 && minor <= 23;

/** Series whose parsers differ, and the ones distributions ship: the rows of a table of all loaders. */
export const XEN_SERIES = ['4.4', '4.13', '4.14', '4.15', '4.17', '4.18', '4.19', '4.20', '4.21', '4.22'] as const;
