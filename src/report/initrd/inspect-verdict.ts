/** The verdict of `initrd inspect` in words: one line, and a second one when something is wrong. */
import type { Unpacking } from '../../initrd/unpack.ts';
import type { EarlyVendor } from '../../loaders/early-paths.ts';
import { plural } from '../printable.ts';
import type { FindingRow, UpdateRow } from '../update-row.ts';
import type { LookupRow } from './lookup-row.ts';

export interface InitrdVerdict {
  /** The worst that was found; null when there is neither error nor warning. */
  readonly worst: 'error' | 'warning' | null;
  /** What Linux and the supported releases of Xen find, whether Linux unpacks it; then what is wrong, if anything is. */
  readonly says: readonly string[];
}

/** What the verdict rests on beside findings. */
interface Looked {
  readonly lookups: readonly LookupRow[];
  readonly unpacking: Unpacking;
  /** The compressed parts were expanded. */
  readonly isExpanded: boolean;
  readonly updates: readonly UpdateRow[];
}

export function initrdVerdict(looked: Looked, findings: readonly FindingRow[]): InitrdVerdict {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const unpacks = holdsNothing(findings) ? NOTHING_TO_UNPACK : unpackingText(looked);
  const says = [`${findsText(looked)}; ${unpacks}`];
  const [first] = [...errors, ...warnings];
  if (first === undefined) return { worst: null, says };
  const counts = [...counted(errors.length, 'error'), ...counted(warnings.length, 'warning')].join(', ');
  const which = errors.length + warnings.length > 1 ? ', the first' : '';
  return { worst: errors.length > 0 ? 'error' : 'warning', says: [...says, `${counts}${which}: ${first.message}`] };
}

/** Said in place of what unpacking comes to: Linux has no complaint about nothing, which would read as if all were well. */
export const NOTHING_TO_UNPACK = 'there is nothing to unpack';

/** Whether an initrd is empty, or zeros and no more. */
export const holdsNothing = (findings: readonly Pick<FindingRow, 'rule'>[]): boolean =>
  findings.some(({ rule }) => rule === 'initrd/nothing');

const counted = (count: number, noun: string): string[] => (count === 0 ? [] : [plural(count, noun)]);

const NAMES: Readonly<Record<EarlyVendor, string>> = { intel: 'Intel', amd: 'AMD' };

/** `Linux and Xen 4.17 to 4.22 find Intel (147 updates) and nothing for AMD`: loaders that find the same together. */
function findsText({ lookups, updates }: Looked): string {
  const findings = new Map<string, string[]>();
  const loaders = new Set(lookups.flatMap(({ supported }) => supported ?? []));
  for (const loader of loaders) {
    const own = lookups.filter(({ supported }) => supported === loader);
    const finds = whatIsFound(own, updates);
    findings.set(finds, [...(findings.get(finds) ?? []), loader]);
  }
  return [...findings]
    .map(([finds, names]) => `${names.join(' and ')} ${names.length > 1 ? 'find' : 'finds'} ${finds}`)
    .join('; ');
}

function whatIsFound(lookups: readonly LookupRow[], updates: readonly UpdateRow[]): string {
  const isFound = ({ verdict }: LookupRow): boolean => verdict === 'found';
  if (!lookups.some(isFound)) return 'no microcode';
  return [...lookups]
    .sort((a, b) => Number(isFound(b)) - Number(isFound(a)))
    .map((row) => (isFound(row) ? withCount(row.vendor, updates) : `nothing for ${NAMES[row.vendor]}`))
    .join(' and ');
}

const withCount = (vendor: EarlyVendor, updates: readonly UpdateRow[]): string =>
  `${NAMES[vendor]} (${plural(updates.filter((update) => update.vendor === vendor).length, 'update')})`;

function unpackingText({ unpacking, isExpanded }: Looked): string {
  switch (unpacking.verdict) {
    case 'complete':
      return 'Linux unpacks it';
    case 'stops':
      return `Linux stops unpacking at ${unpacking.offset}: ${unpacking.error}`;
    case 'unknown':
      return isExpanded
        ? `whether Linux unpacks it from ${unpacking.offset} on cannot be told: ${unpacking.why}`
        : `what is compressed from ${unpacking.offset} on was not looked into (--deep)`;
  }
}
