import { type Availability, firstPoint } from '../loaders/availability.ts';
import type { Loader } from '../loaders/by-name.ts';
import { isAvailable, newestXenPoint, type XenVersion } from '../loaders/xen/releases.ts';

/**
 * How each Xen release finds its microcode and what it logs, as data; src/loaders has what it does with the bytes. Read in the
 * source of the tags 4.2.0 to 4.22.0 and of the development head of 2026-08-20, which calls itself 4.23 and behaves as 4.22.0.
 */

/** A release of Xen with the name that the user knows it by. */
export interface XenRelease extends XenVersion {
  /** As shown to the user: `4.17.5`, or `4.17` when no point release was named. */
  readonly name: string;
}

/** Whether no point release was named, so that all of the series are meant. */
export const isWholeSeries = ({ minor, name }: XenRelease): boolean => name === `4.${minor}`;

/** The release as src/loaders knows it; of a series its newest point that was read, which is how `answer` wants it. */
export const asLoader = (release: XenRelease): Loader => {
  const isSeries = isWholeSeries(release);
  const version = isSeries ? { minor: release.minor, point: newestXenPoint(release.minor) } : release;
  return { kind: 'xen', name: `xen-${release.name}`, isSeries, version };
};

const OLDEST_MINOR = 2;
const NEWEST_MINOR = 23;

/** The first release of every known series, oldest first. */
export const SERIES: readonly XenRelease[] = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => ({
  minor: OLDEST_MINOR + i,
  point: 0,
  name: `4.${OLDEST_MINOR + i}`,
}));

/**
 * The release that `text` names: `4.17`, `4.17.5`, `xen-4.17`, a distribution's `4.17.5+23-ga4e5191dc0-1`, `4.23-dev`. A
 * series alone stands for all of its point releases (src/loaders/answer.ts), so nothing is relied on that its .0 lacks. Undefined when it
 * is none of 4.2 to 4.23.
 */
export function parseRelease(text: string): XenRelease | undefined {
  const match = /^(?:xen-)?4\.(\d{1,3})(?:\.(\d{1,3}))?(?:\+(\d{1,4}))?(?:[-+~ ].*)?$/.exec(text.trim());
  if (match === null) return undefined;
  const minor = Number(match[1]);
  if (minor < OLDEST_MINOR || minor > NEWEST_MINOR) return undefined;
  const point = match[2];
  if (point === undefined) return { minor, point: 0, name: `4.${minor}` };
  const release = { minor, point: Number(point), name: `4.${minor}.${Number(point)}` };
  const ahead = Number(match[3] ?? 0);
  return ahead === 0 ? release : { ...release, ahead, name: `${release.name}+${ahead}` };
}

/** Point releases in which a series got a word of the grammar of `ucode=`. */
export const LATER_POINTS: readonly XenRelease[] = ['4.17.6', '4.18.5', '4.19.3', '4.20.1'].flatMap(
  (name) => parseRelease(name) ?? [],
);

const TRAITS = {
  /** `ucode=scan`: modules are searched for an uncompressed cpio with the vendor's file. */
  scan: { since: 4 },
  /** `ucode=` takes a list separated by commas. */
  list: { since: 13 },
  /**
   * `no-scan=yes` is read as `scan=yes`. "xen/cmdline: Extend parse_boolean() to signal a name match" (8 July 2022) ended that; the
   * point releases are the first of each series after it.
   */
  negatedValues: { since: 13, until: 16, lostIn: { 14: 6, 15: 4, 16: 2 } },
  /** `ucode=nmi=`. */
  nmi: { since: 13 },
  /** `ucode=allow-same`; 4.20 dropped it in favour of `xen-ucode --force`. */
  allowSame: { since: 15, until: 19 },
  /** `ucode=digest-check=`. */
  digestCheck: { since: 21, backports: { 17: '5+28', 18: '4+65', 19: '2+4', 20: '0+51' } },
  /** An index and scan replace each other, the last one counts. */
  exclusive: { since: 20 },
  /** A module chosen by index or by the EFI key may be a cpio. */
  cpioByIndex: { since: 22, backports: { 20: '2+49', 21: '0+59' } },
  /** The build may turn scan on by default (UCODE_SCAN_DEFAULT, from 4.22 MICROCODE_SCAN_DEFAULT). */
  scanDefault: { since: 21 },
  /** An option's parser returns a status, and the console tells of a bad value. */
  reportsBadValues: { since: 10 },
  /** The console says that the module chosen is out of range, or already used. */
  reportsBadIndex: { since: 20 },
  /** The console says that a scan found nothing. */
  reportsEmptyScan: { since: 20 },
  /** The console says that `ucode=` is ignored because xen.cfg names a file. */
  reportsEfiOverride: { since: 22 },
  /** The boot CPU is updated before the XSM policy is looked for, straight from the module's memory. */
  loadsBeforeXsm: { since: 18 },
  /** "updated from revision" is a warning, so visible by default, on Intel too. */
  updateLineVisible: { since: 14 },
  /** The AMD update line has a date. */
  amdDate: { since: 16 },
  /** The whole image may be one PE file with sections `.config .kernel .ramdisk .xsm .ucode`. */
  unifiedImage: { since: 15 },
  /** The tool `xen-ucode` comes with the release. */
  xenUcodeTool: { since: 13 },
  /** `xen-ucode show-cpu-info`. */
  showCpuInfo: { since: 18 },
  /** `xen-ucode --force` (platform operation 66). */
  forceFlag: { since: 20 },
} as const satisfies Readonly<Record<string, Omit<Availability, 'source'>>>;

export type Trait = keyof typeof TRAITS;

/** Whether `release` has `trait`. */
export const has = (release: XenRelease, trait: Trait): boolean => isAvailable(release, TRAITS[trait]);

/** The releases that have `trait`, in words: `4.17.6, 4.18.5, 4.19.3, 4.20.1 and 4.21 on`. */
export function releasesWith(trait: Trait): string {
  const { since, until, backports = {} }: Omit<Availability, 'source'> = TRAITS[trait];
  const early = Object.entries(backports).map(([minor, arrival]) => `4.${minor}.${firstPoint(arrival)}`);
  const range = until === undefined ? `4.${since} on` : `4.${since} to 4.${until}`;
  return early.length === 0 ? range : `${early.join(', ')} and ${range}`;
}

/** Modules after the hypervisor that `release` looks at: a 64-bit map before 4.20, an array of 64 with Xen itself since. */
export const moduleLimit = (release: XenRelease): number => (has(release, 'exclusive') ? 63 : 64);

/** Characters of one word of Xen's command line that are kept. */
export const MAX_OPTION = 127;
