/** Which of two updates for a CPU is the newer one. */
import type { Update } from './collect.ts';

/** Revisions as the vendors compare them: Intel's signed (negative: pre-production), the others' unsigned. */
export const revisionOrder = ({ vendor, revision }: Pick<Update, 'vendor' | 'revision'>): number =>
  vendor === 'intel' ? revision | 0 : revision;

/**
 * Positive when `a` is the newer one, zero when neither is. VIA left the revision of 73 of its 81 published updates at 0: there the date
 * decides among those of one revision.
 */
export function ageOrder(a: Update, b: Update): number {
  const rise = revisionOrder(a) - revisionOrder(b);
  if (rise !== 0 || a.vendor !== 'via' || b.vendor !== 'via' || a.date.text === b.date.text) return rise;
  return a.date.text > b.date.text ? 1 : -1;
}
