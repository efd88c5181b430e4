/** What `host` found: groups of CPUs that are alike, what is known for them and what a collection offers. */
import type { Held } from '../bundle/collect.ts';
import { type CpuOffer, offerTo } from '../bundle/offer-to-cpu.ts';
import { hex32, hex8 } from '../bytes/hex.ts';
import { entrySignCutOff } from '../cpu/amd-entrysign.ts';
import { type Catalogue, knownFor } from '../cpu/catalogue.ts';
import { cpuRanges, type Host, type HostCpu, type HostGroup, hostGroups, type HostVendor } from '../host/host.ts';
import { formatOrigin, type Origin } from '../inputs/origin.ts';
import { cpuName } from './cpu-name.ts';
import { type Column, renderTable, type Width } from './table.ts';

export interface OfferRow {
  readonly state: CpuOffer['state'];
  readonly revision: string;
  readonly date: string;
  readonly origin: Origin;
  readonly lateSafe: boolean;
  readonly because: string;
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
  readonly offer: OfferRow | null;
}

export interface HostReport {
  readonly schema: 'ucodekit/host@1';
  readonly guest: boolean;
  /** CPUs differ in model, platform or running revision. */
  readonly mixed: boolean;
  readonly groups: readonly HostRow[];
}

export function hostReport(host: Host, catalogue: Catalogue, updates: readonly Held[]): HostReport {
  const groups = hostGroups(host);
  return {
    schema: 'ucodekit/host@1',
    guest: host.isGuest,
    mixed: groups.length > 1,
    groups: groups.map((group) => hostRow(group, catalogue, updates, host.isGuest)),
  };
}

function hostRow(
  { first, cpus }: HostGroup,
  catalogue: Catalogue,
  updates: readonly Held[],
  isGuest: boolean,
): HostRow {
  const { vendor, signature, platformMask, revision } = first;
  // What a guest sees as its revision is made up, mostly 1 or 0xffffffff: nothing compares with it.
  const running = isGuest ? null : revision;
  const offer = vendor === null ? null : offerTo({ vendor, signature, platformMask, revision: running }, updates);
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
    offer: offer === null ? null : offerRow(offer),
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

const offerRow = ({ held, state, late }: CpuOffer): OfferRow => ({
  state,
  revision: hex32(held.update.revision),
  date: held.update.date.text,
  origin: held.origin,
  lateSafe: late.safe,
  because: late.because,
});

const COLUMNS: readonly Column<HostRow>[] = [
  { title: 'CPUS', value: ({ cpus }) => cpus },
  { title: 'CPU', value: ({ cpu }) => cpu },
  { title: 'SIGNATURE', value: ({ signature }) => signature },
  { title: 'PLATFORM', value: ({ platformMask }) => platformMask ?? '-' },
  { title: 'RUNS', value: ({ revision }) => revision ?? '?' },
  { title: 'KNOWN', value: ({ newestKnown }) => newestKnown?.revision ?? '-' },
  { title: 'OFFERED', value: ({ offer }) => offer?.revision ?? '-' },
  { title: 'LATE', value: ({ offer }) => (offer?.state === 'newer' ? (offer.lateSafe ? 'safe' : 'not safe') : '-') },
];

/** @param asked whether a collection was named */
export function renderHost(report: HostReport, asked: boolean, width?: Width): string {
  const notes = [
    ...(report.guest
      ? ['This is a guest: its hypervisor decides which revisions it sees and loads microcode itself.']
      : []),
    ...(report.mixed ? ['The CPUs differ: every one of them needs its own update.'] : []),
    ...report.groups.flatMap((row) => offerNote(row, asked)),
  ];
  return renderTable(COLUMNS, report.groups, 'table', width) + notes.map((note) => `${note}\n`).join('');
}

function offerNote({ cpus, revision, offer }: HostRow, asked: boolean): string[] {
  if (!asked) return [];
  if (offer === null) return [`CPUs ${cpus}: nothing is offered for them.`];
  const from = formatOrigin(offer.origin);
  switch (offer.state) {
    case 'newer':
      return [
        `CPUs ${cpus}: ${offer.revision} of ${offer.date} in ${from}; late load ${offer.lateSafe ? 'safe' : 'not safe'}: ${offer.because}.`,
      ];
    case 'running':
      return [`CPUs ${cpus}: what is offered runs already.`];
    case 'older':
      return [`CPUs ${cpus}: only an older revision, ${offer.revision}, is offered in ${from}.`];
    case 'other-side':
      return [
        `CPUs ${cpus}: ${offer.revision} in ${from} is for a BIOS that has fixed EntrySign, which runs more than ${hex32(entrySignCutOff(Number(offer.revision)) ?? 0)}; this one runs ${revision ?? '?'}: renew the BIOS first.`,
      ];
    case null:
      return [`CPUs ${cpus}: ${offer.revision} is offered in ${from}; what runs is not known.`];
  }
}
