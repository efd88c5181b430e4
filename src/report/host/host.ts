/** `host`: groups of like CPUs, the newest revision known for them, and the newest of a collection. */
import type { CollectedUpdate } from '../../bundle/collect.ts';
import { type RunningCpuUpdate, updateForRunningCpu } from '../../bundle/compare/running-cpu.ts';
import { hex32, hex8 } from '../../bytes/hex.ts';
import { entrySignCutOff } from '../../cpu/amd-entrysign.ts';
import { type Catalogue, knownFor } from '../../cpu/catalogue.ts';
import { cpuRanges, type Host, type HostCpu, type HostGroup, hostGroups, type HostVendor } from '../../host/host.ts';
import { formatOrigin, type Origin } from '../../inputs/origin.ts';
import { cpuName } from '../update-row.ts';
import { type Column, renderTable, type Width } from '../table.ts';

export interface AvailableRow {
  readonly state: RunningCpuUpdate['state'];
  readonly revision: string;
  readonly date: string;
  readonly origin: Origin;
  readonly lateSafe: boolean;
  readonly reason: string;
}

export interface HostRow {
  /** `0-31,64` */
  readonly cpus: string;
  readonly count: number;
  readonly vendorId: string;
  readonly name: string | null;
  readonly signature: string;
  /** `06-8f-08` */
  readonly cpu: string;
  readonly platformMask: string | null;
  readonly revision: string | null;
  readonly revisionFrom: HostCpu['revisionFrom'];
  /** The newest revision in the catalogue; null when it knows none for this CPU. */
  readonly newestKnown: { readonly revision: string; readonly date: string } | null;
  /** Null when no collection was named, or it has nothing for this CPU. */
  readonly available: AvailableRow | null;
}

export interface HostReport {
  readonly schema: 'ucodekit/host@2';
  readonly guest: boolean;
  /** CPUs differ in model, platform or running revision. */
  readonly mixed: boolean;
  readonly groups: readonly HostRow[];
}

export function hostReport(host: Host, catalogue: Catalogue, updates: readonly CollectedUpdate[]): HostReport {
  const groups = hostGroups(host);
  return {
    schema: 'ucodekit/host@2',
    guest: host.isGuest,
    mixed: groups.length > 1,
    groups: groups.map((group) => hostRow(group, catalogue, updates, host.isGuest)),
  };
}

function hostRow(
  { first, cpus }: HostGroup,
  catalogue: Catalogue,
  updates: readonly CollectedUpdate[],
  isGuest: boolean,
): HostRow {
  const { vendor, signature, platformMask, revision } = first;
  // What a guest sees as its revision is made up, mostly 1 or 0xffffffff: nothing compares with it.
  const running = isGuest ? null : revision;
  const available =
    vendor === null ? null : updateForRunningCpu({ vendor, signature, platformMask, revision: running }, updates);
  return {
    cpus: cpuRanges(cpus),
    count: cpus.length,
    vendorId: first.vendorId,
    name: first.name,
    signature: hex32(signature),
    cpu: cpuName({ vendor: vendor ?? 'intel', signature }),
    platformMask: platformMask === null ? null : hex8(platformMask),
    revision: revision === null ? null : hex32(revision),
    revisionFrom: first.revisionFrom,
    newestKnown: vendor === null ? null : newestKnown(catalogue, vendor, first),
    available: available === null ? null : availableRow(available),
  };
}

const EVERY_PLATFORM = 0xff;

function newestKnown(
  catalogue: Catalogue,
  vendor: HostVendor,
  { signature, platformMask }: HostCpu,
): HostRow['newestKnown'] {
  const mask = vendor === 'amd' ? 0 : (platformMask ?? EVERY_PLATFORM);
  const [newest] = knownFor(catalogue, { vendor, signature, platformMask: mask });
  return newest === undefined ? null : { revision: hex32(newest.revision), date: newest.date };
}

const availableRow = ({ collected, state, late }: RunningCpuUpdate): AvailableRow => ({
  state,
  revision: hex32(collected.update.revision),
  date: collected.update.date.text,
  origin: collected.origin,
  lateSafe: late.safe,
  reason: late.reason,
});

const COLUMNS: readonly Column<HostRow>[] = [
  { title: 'CPUS', value: ({ cpus }) => cpus },
  { title: 'CPU', value: ({ cpu }) => cpu },
  { title: 'SIGNATURE', value: ({ signature }) => signature },
  { title: 'PLATFORM', value: ({ platformMask }) => platformMask ?? '-' },
  { title: 'RUNS', value: ({ revision }) => revision ?? '?' },
  { title: 'KNOWN', value: ({ newestKnown }) => newestKnown?.revision ?? '-' },
  { title: 'OFFERED', value: ({ available }) => available?.revision ?? '-' },
  {
    title: 'LATE',
    value: ({ available }) => (available?.state === 'newer' ? (available.lateSafe ? 'safe' : 'not safe') : '-'),
  },
];

/** @param asked whether a collection was named */
export function renderHost(report: HostReport, asked: boolean, width?: Width): string {
  const notes = [
    ...(report.guest
      ? ['This is a guest: its hypervisor decides which revisions it sees and loads microcode itself.']
      : []),
    ...(report.mixed ? ['The CPUs differ: every one of them needs its own update.'] : []),
    ...report.groups.flatMap((row) => availableNote(row, asked)),
  ];
  return renderTable(COLUMNS, report.groups, 'table', width) + notes.map((note) => `${note}\n`).join('');
}

function availableNote({ cpus, revision, available }: HostRow, asked: boolean): string[] {
  if (!asked) return [];
  if (available === null) return [`CPUs ${cpus}: no update is there for them.`];
  const from = formatOrigin(available.origin);
  switch (available.state) {
    case 'newer':
      return [
        `CPUs ${cpus}: ${available.revision} of ${available.date} in ${from}; late load ${available.lateSafe ? 'safe' : 'not safe'}: ${available.reason}.`,
      ];
    case 'running':
      return [`CPUs ${cpus}: they already run the newest revision given.`];
    case 'older':
      return [`CPUs ${cpus}: only an older revision, ${available.revision}, is in ${from}.`];
    case 'other-side':
      return [
        `CPUs ${cpus}: ${available.revision} in ${from} is for a BIOS that has fixed EntrySign, which runs more than ${hex32(entrySignCutOff(Number(available.revision)) ?? 0)}; this one runs ${revision ?? '?'}: renew the BIOS first.`,
      ];
    case null:
      return [`CPUs ${cpus}: ${available.revision} is in ${from}; the running revision is not known.`];
  }
}
