/** Versions of Linux as users write them, and which behaviour of the table each has. */
import { type Arrival, changesOf, type Standing, standingOf } from '../availability.ts';
import type { Vendor } from '../explanation.ts';
import { LINUX_TRAITS, type LinuxTrait, NEWEST_LINUX, NEWEST_POINTS } from './traits.ts';

/** A release of Linux: 6.12.43 is `{ major: 6, minor: 12, point: 43 }`. */
export interface LinuxVersion {
  readonly major: number;
  readonly minor: number;
  /** Without it the newest point release that was read, as a distribution that is kept up to date runs it. */
  readonly point?: number;
  /** Behaviours that could not be established for this point and are taken as given. */
  readonly assumed?: readonly LinuxTrait[];
}

const ALL_TRAITS = Object.keys(LINUX_TRAITS) as LinuxTrait[];

/**
 * The version that `text` names: `6.12`, `6.1.192`, a distribution's `6.12.95+deb13-amd64`. A release candidate such as `6.12-rc3`
 * counts as its release. Undefined for anything else.
 */
export function parseLinuxVersion(text: string): LinuxVersion | undefined {
  const match = /^(\d{1,2})\.(\d{1,2})(?:\.(\d{1,4}))?(?:[-+~].*)?$/.exec(text);
  if (match === null) return undefined;
  const version = { major: Number(match[1]), minor: Number(match[2]) };
  return match[3] === undefined ? version : { ...version, point: Number(match[3]) };
}

const order = ({ major, minor }: LinuxVersion): number => major * 1000 + minor;

function orderOf(branch: string | number): number {
  const version = parseLinuxVersion(String(branch));
  if (version === undefined) throw new RangeError(`not a Linux version: ${branch}`);
  return order(version);
}

/** The stable branch of a version: `6.12`. */
export const branchOf = ({ major, minor }: LinuxVersion): string => `${major}.${minor}`;

/** The newest point release of the version's branch that was read; 0 for a branch of which none was. */
export const newestPoint = (version: LinuxVersion): number => NEWEST_POINTS[branchOf(version)] ?? 0;

/** The point by whose rules a version is answered: its own, up to the newest one that was read. */
const pointOf = (version: LinuxVersion): number => Math.min(version.point ?? Infinity, newestPoint(version));

/** Whether the version has `trait`, as far as that could be established. */
export function linuxStanding(version: LinuxVersion, trait: LinuxTrait): Standing {
  return standingOf(LINUX_TRAITS[trait], branchOf(version), { point: pointOf(version) }, orderOf);
}

/** Whether the version has `trait`; where that could not be established, whether the version is taken to. */
export function linuxHas(version: LinuxVersion, trait: LinuxTrait): boolean {
  const standing = linuxStanding(version, trait);
  return standing === 'unsure' ? version.assumed?.includes(trait) === true : standing === 'yes';
}

/** The version once for every way in which what could not be established about it may be. Mostly it is alone. */
export function linuxReadings(version: LinuxVersion): LinuxVersion[] {
  return ALL_TRAITS.filter((trait) => linuxStanding(version, trait) === 'unsure').reduce<LinuxVersion[]>(
    (readings, trait) =>
      readings.flatMap((reading) => [reading, { ...reading, assumed: [...(reading.assumed ?? []), trait] }]),
    [version],
  );
}

/** The points of a branch at which the treatment of a vendor's updates changes, from 0 on. */
export function linuxChanges(version: LinuxVersion, vendor: Vendor): number[] {
  const tables = ALL_TRAITS.map((trait) => LINUX_TRAITS[trait]).filter((row) => row.vendor === vendor);
  return [...new Set([0, ...changesOf(tables, branchOf(version))])];
}

/** First series whose early loader is modelled here. */
export const OLDEST_LINUX: LinuxVersion = { major: 4, minor: 4 };
export const isModelledLinux = (version: LinuxVersion): boolean => order(version) >= order(OLDEST_LINUX);

/** Last minor releases of the major ones. */
const LAST_MINORS: Readonly<Record<number, number>> = { 4: 20, 5: 19, 6: 19 };

/** The release by whose rules a version is answered: `6.12.118`, and for one that is not known the newest that is. */
export function linuxAnsweredAs(version: LinuxVersion): string {
  if (!isKnownLinux(version)) return knownBefore(version);
  const point = pointOf(version);
  return point === 0 ? branchOf(version) : `${branchOf(version)}.${point}`;
}

/** Whether there was a release of this series when the table was made. */
export function isKnownLinux(version: LinuxVersion): boolean {
  return order(version) <= orderOf(NEWEST_LINUX) && version.minor <= (LAST_MINORS[version.major] ?? 99);
}

const withNewestPoint = (branch: string): string => `${branch}.${NEWEST_POINTS[branch] ?? 0}`;

/** The newest release that was read: `7.3.4`. */
export const newestLinux = (): string => withNewestPoint(NEWEST_LINUX);

function knownBefore({ major }: LinuxVersion): string {
  const minor = LAST_MINORS[major];
  return withNewestPoint(minor === undefined ? NEWEST_LINUX : `${major}.${minor}`);
}

/** One version for every era that behaves differently, and the long-term series: the rows of a table of all loaders. */
export const LINUX_SERIES = ['4.4', '4.19', '5.15', '6.1', '6.6', '6.12', '6.18', '7.2'] as const;

/** Since when Linux has a behaviour, on its main line and in each stable branch that took it over. */
export interface LinuxSince {
  readonly trait: LinuxTrait;
  /** The first release of the main line that has it: `6.19`. */
  readonly mainline: string;
  /** By branch, newest first. */
  readonly branches: readonly { readonly branch: string; readonly arrival: Arrival }[];
}

/** Since when Linux has `trait`: the one place that every page and rule takes it from. */
export function linuxSince(trait: LinuxTrait): LinuxSince {
  const row: { since: string; backports?: Readonly<Record<string, Arrival>> } = LINUX_TRAITS[trait];
  const branches = Object.entries(row.backports ?? {}).map(([branch, arrival]) => ({ branch, arrival }));
  branches.sort((a, b) => orderOf(b.branch) - orderOf(a.branch));
  return { trait, mainline: row.since, branches };
}

/** `6.19, 6.18.4, 6.12.64 and 6.6.121`: the releases with which a trait came. */
export function saysLinuxSince(trait: LinuxTrait): string {
  const { mainline, branches } = linuxSince(trait);
  const names = [
    mainline,
    ...branches.flatMap(({ branch, arrival }) => (typeof arrival === 'number' ? [`${branch}.${arrival}`] : [])),
  ];
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

/**
 * The three dates of AMD's loading that readers ask for: since when Linux asks for digests, since when it chooses by the running revision,
 * and since when `force_minrev` looks at minimum revisions and keeps AMD patches from being loaded late.
 */
export const LINUX_SINCE = {
  digests: linuxSince('digestList'),
  runningRevision: linuxSince('passesOverOtherSide'),
  minimumRevision: linuxSince('minimumRevision'),
} as const;
