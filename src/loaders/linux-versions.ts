/**
 * What each Linux series does with microcode, as data. A series stands for its stable branch as of mid-2026: stable branches receive
 * changes of later series, and these are listed as backports. Read in arch/x86/kernel/cpu/microcode of the versions named; 6.1, 6.12
 * and 7.2 are booted and compared by test/boot.
 */

export interface LinuxVersion {
  readonly major: number;
  readonly minor: number;
}

interface Availability {
  /** The behaviour, a sentence without a full stop. */
  readonly says: string;
  /** First series that has it. */
  readonly since: string;
  /** Last series that has it. */
  readonly until?: string;
  /** Older series whose stable branch got it. */
  readonly backports?: readonly string[];
}

/** What differs between series, each said in words for readers and in versions for the model. */
export const LINUX_TRAITS = {
  comparesWithPrevious: {
    says: "Intel: a candidate after the first is compared with the main signature and mask of the previous one, not with the CPU's",
    since: '4.10',
    until: '6.6',
  },
  zeroMaskIsAny: {
    says: 'Intel: an update with mask 0 is for every platform; before, only for CPUs that have no platform id',
    since: '7.1',
  },
  minimumRevision: {
    says: "Intel late: the header's minimum revision is looked at",
    since: '6.7',
  },
  stopsAtFirstMatch: {
    says: 'AMD: scanning ends with the container that holds a match; before, a later one may replace it',
    since: '6.3',
  },
  rewritesSameLevel: {
    says: 'AMD: a patch of the running level is written again, for what is set up on each thread',
    since: '6.3',
    backports: ['6.1', '5.15', '5.10', '5.4', '4.19', '4.14'],
  },
  checksContainers: {
    says: 'AMD: containers, sections and sizes are checked; the equivalence table ends at its stated length, not at a zero entry',
    since: '5.0',
  },
  loadsEachNewer: {
    says: 'AMD: every newer patch of a container is loaded, one after the other',
    since: '4.4',
    until: '4.9',
  },
  matchesByLevel: {
    says: 'AMD Zen: the patch level tells the CPU, the equivalence table is not looked at',
    since: '6.12',
    backports: ['6.6'],
  },
  digestList: {
    says: "AMD Zen: without fixed firmware a patch must be in the kernel's list of digests",
    since: '6.14',
    backports: ['6.12', '6.6'],
  },
  knowsAffectedModels: {
    says: 'AMD Zen: digests are asked for on the affected models of family 1Ah only, not on all families from 17h on',
    since: '6.18',
  },
  passesOverOtherSide: {
    says: 'AMD Zen: patches on the other side of the signing change are passed over',
    since: '6.19',
    backports: ['6.18', '6.12', '6.6'],
  },
} as const satisfies Readonly<Record<string, Availability>>;

export type LinuxTrait = keyof typeof LINUX_TRAITS;

/** The version that `text` names: `6.12`, `6.1.192`. Undefined for anything else; the point release does not count. */
export function parseLinuxVersion(text: string): LinuxVersion | undefined {
  const match = /^(\d{1,2})\.(\d{1,2})(?:\.\d{1,4})?(?:[-+~].*)?$/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]) };
}

const order = ({ major, minor }: LinuxVersion): number => major * 1000 + minor;

function orderOf(text: string): number {
  const version = parseLinuxVersion(text);
  if (version === undefined) throw new RangeError(`not a Linux version: ${text}`);
  return order(version);
}

/** Whether the series of `version` has `trait`. */
export function linuxHas(version: LinuxVersion, trait: LinuxTrait): boolean {
  const { since, until, backports = [] }: Availability = LINUX_TRAITS[trait];
  if (until !== undefined && order(version) > orderOf(until)) return false;
  return order(version) >= orderOf(since) || backports.some((series) => orderOf(series) === order(version));
}

/** First series whose early loader is modelled here. */
export const OLDEST_LINUX: LinuxVersion = { major: 4, minor: 4 };
export const isModelledLinux = (version: LinuxVersion): boolean => order(version) >= order(OLDEST_LINUX);

/** One version for every era that behaves differently, and the long-term series: the rows of a table of all loaders. */
export const LINUX_SERIES = ['4.4', '4.19', '5.15', '6.1', '6.6', '6.12', '6.18', '7.2'] as const;
