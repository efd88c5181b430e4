/** An update as every listing and JSON document shows it. */
import { hex32, hex8 } from '../bytes/hex.ts';
import type { CollectedUpdate, Located, Update } from '../bundle/collect.ts';
import type { Severity } from '../findings/rule.ts';
import type { IntelSignature } from '../formats/intel/update.ts';
import { formatOrigin, type Origin } from '../inputs/origin.ts';
import { printable } from './printable.ts';
import type { NewestForCpu } from '../bundle/compare/newest-by-cpu.ts';
import { amdFamilyModelStepping } from '../cpu/amd.ts';
import { intelFirmwareName } from '../cpu/intel.ts';

/** A CPU as a listing names it; only Intel has platform masks. */
export interface ServedRow {
  readonly signature: string;
  readonly platformMask: string | null;
}

export interface UpdateRow {
  readonly vendor: Update['vendor'];
  readonly origin: Origin;
  /** Main signature (Intel, VIA), first CPU (AMD); null when nothing says which CPUs an AMD patch serves. */
  readonly signature: string | null;
  readonly platformMask: string | null;
  readonly revision: string;
  readonly date: string;
  readonly dateValid: boolean;
  /** Bytes. */
  readonly size: number;
  /** Lowest running revision for a late load (Intel) or a load at all (AMD). */
  readonly minimumRevision: string | null;
  /** Every CPU, each once, in the order in which it is stored: Intel's main signature and extended rows, AMD's rows of the equivalence table. */
  readonly serves: readonly ServedRow[];
  /** No finding of severity error. */
  readonly intact: boolean;
}

export interface FindingRow {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly origin: Origin;
  readonly field: string | null;
  readonly expected: string | null;
  readonly found: string | null;
}

const served = ({ signature, platformMask }: IntelSignature): ServedRow => ({
  signature: hex32(signature),
  platformMask: hex8(platformMask),
});

const withoutPlatforms = (signature: number): ServedRow => ({ signature: hex32(signature), platformMask: null });

const distinct = (rows: readonly ServedRow[]): ServedRow[] =>
  rows.filter(
    (row, i) =>
      rows.findIndex((other) => other.signature === row.signature && other.platformMask === row.platformMask) === i,
  );

/** As stored: an extended table mostly repeats the main signature. */
export function storedCpus(update: Update): ServedRow[] {
  switch (update.vendor) {
    case 'intel':
      return [update.main, ...update.extended].map(served);
    case 'amd':
      return update.cpuids.map(withoutPlatforms);
    case 'via':
      return [withoutPlatforms(update.signature)];
  }
}

const nonZero = (revision: number): string | null => (revision === 0 ? null : hex32(revision));

function minimumRevision(update: Update): string | null {
  switch (update.vendor) {
    case 'intel':
      return nonZero(update.header.minimumRevision);
    case 'amd':
      return update.minimumBaseRevision === null ? null : hex32(update.minimumBaseRevision);
    case 'via':
      return null;
  }
}

export function updateRow({ origin, update }: Pick<CollectedUpdate, 'origin' | 'update'>): UpdateRow {
  const rows = distinct(storedCpus(update));
  return {
    vendor: update.vendor,
    origin,
    signature: rows[0]?.signature ?? null,
    platformMask: rows[0]?.platformMask ?? null,
    revision: hex32(update.revision),
    date: update.date.text,
    dateValid: update.date.valid,
    size: update.size,
    minimumRevision: minimumRevision(update),
    serves: rows,
    intact: update.findings.every(({ severity }) => severity !== 'error'),
  };
}

export const findingRow = ({ origin, finding }: Located): FindingRow => ({
  rule: finding.rule,
  severity: finding.severity,
  message: finding.message,
  origin,
  field: finding.field ?? null,
  expected: finding.expected ?? null,
  found: finding.found ?? null,
});

/** `microcode.bin+0x10: error: header and data sum to ... [intel/checksum]` */
export const findingLine = ({ origin, finding }: Located): string =>
  printable(`${formatOrigin(origin)}: ${finding.severity}: ${finding.message} [${finding.rule}]`);

/** Family, model and stepping as AMD and Intel firmware names write them: two hexadecimal digits each. VIA counts as Intel does. */
export function cpuName({ vendor, signature }: Pick<NewestForCpu, 'vendor' | 'signature'>): string {
  if (vendor !== 'amd') return intelFirmwareName(signature);
  const { family, model, stepping } = amdFamilyModelStepping(signature);
  return [family, model, stepping].map((part) => part.toString(16).padStart(2, '0')).join('-');
}
