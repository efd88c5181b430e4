/**
 * The two sides of EntrySign among AMD patches. A CPU whose BIOS has not fixed it takes patches up to the cut-off, one whose BIOS has takes
 * those above it, so a collection for both needs two patches of one equivalence id: a pair. AMD ships pairs for family 19h since October 2025.
 */
import { type EntrySignSide, entrySignSide, entrySignSideOfCpu } from '../cpu/amd-entrysign.ts';
import { FIRST_ZEN_FAMILY } from '../cpu/amd.ts';
import type { Update } from './collect.ts';

/** The side that an update is for; `unlisted` for what EntrySign does not divide: other vendors, families before Zen, CPUs without a cut-off. */
export const sideOf = (update: Update): EntrySignSide =>
  update.vendor === 'amd' && update.family >= FIRST_ZEN_FAMILY ? entrySignSide(update.revision) : 'unlisted';

/** The sides on which a CPU may be that runs `running` (0: none; null: not known): both, one, or none where EntrySign does not divide it. */
export function sidesOfCpu(signature: number, running: number | null): readonly EntrySignSide[] {
  const side = entrySignSideOfCpu(signature, running);
  if (side === 'unlisted') return [];
  return side === null ? ['vulnerable', 'fixed'] : [side];
}
