/** Which of the updates read a command is about. */
import { servedBy } from '../formats/intel/update.ts';
import type { Update } from './collect.ts';
import { type Candidate, type Filter, isSelected } from './selection.ts';

export type Vendor = 'intel' | 'amd';

export interface Selection {
  readonly filters: readonly Filter[];
  /** Undefined: every vendor. */
  readonly vendor: Vendor | undefined;
}

export const EVERYTHING: Selection = { filters: [], vendor: undefined };

/** What the selection language looks at, one for each CPU that the update serves. AMD has no platforms. */
export function candidatesOf(update: Update): Candidate[] {
  const { revision } = update;
  return update.vendor === 'intel'
    ? servedBy(update).map(({ signature, platformMask }) => ({ signature, platformMask, revision }))
    : update.cpuids.map((signature) => ({ signature, platformMask: 0, revision }));
}

/** Whether the selection wants the update for at least one of its CPUs. */
export function isWanted({ filters, vendor }: Selection, update: Update): boolean {
  if (vendor !== undefined && update.vendor !== vendor) return false;
  // A patch whose CPUs nobody knows can only be meant by a selection that names none.
  if (filters.length === 0) return true;
  return candidatesOf(update).some((candidate) => isSelected(filters, candidate));
}

/** The wanted ones of what is held. */
export const wantedOf = <H extends { readonly update: Update }>(selection: Selection, held: readonly H[]): H[] =>
  held.filter(({ update }) => isWanted(selection, update));
