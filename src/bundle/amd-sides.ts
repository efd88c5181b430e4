/**
 * The two sides of EntrySign among AMD patches. A CPU whose BIOS has not fixed it takes patches up to the cut-off, one whose BIOS has takes
 * those above it, so a collection for both needs two patches of one equivalence id: a pair. AMD ships pairs for family 19h since October 2025.
 */
import { type EntrySignSide, entrySignSide } from '../cpu/amd-entrysign.ts';
import { FIRST_ZEN_FAMILY } from '../cpu/amd.ts';
import type { Update } from './collect.ts';

/** The side that an update is for; `unlisted` for what EntrySign does not divide: other vendors, families before Zen, CPUs without a cut-off. */
export const sideOf = (update: Update): EntrySignSide =>
  update.vendor === 'amd' && update.family >= FIRST_ZEN_FAMILY ? entrySignSide(update.revision) : 'unlisted';
