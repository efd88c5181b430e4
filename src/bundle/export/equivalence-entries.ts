/** CPUs of raw AMD patches, from equivalence tables and from the user. */
import { parseNumber } from '../select/filter.ts';
import { Failure } from '../../findings/failure.ts';
import { type EquivalenceEntry, equivalenceEntry, isTerminator } from '../../formats/amd/equivalence.ts';
import { equivalenceIdOf } from '../amd-containers.ts';
import type { CollectedUpdate } from '../collect.ts';
import { grouped } from '../group.ts';

/** What is held, its AMD patches with the CPUs that further entries name for them. */
export function withEntries(
  collected: readonly CollectedUpdate[],
  entries: readonly EquivalenceEntry[],
): CollectedUpdate[] {
  const listed = grouped(
    entries.filter((entry) => !isTerminator(entry)),
    ({ equivCpu }) => equivCpu,
  );
  return collected.map((one): CollectedUpdate => {
    const { update } = one;
    if (update.vendor !== 'amd') return one;
    const named = listed.get(equivalenceIdOf(update))?.map(({ installedCpu }) => installedCpu) ?? [];
    const cpuids = [...new Set([...update.cpuids, ...named])];
    if (cpuids.length === update.cpuids.length) return one;
    return { ...one, update: { ...update, cpuids, cpuidSource: 'table' } };
  });
}

/**
 * Reads `CPUID=EQUIV`, for example `0x00100f43=0x1043`.
 * @throws Failure of kind `usage` when `text` has another form
 */
export function parseEntry(text: string): EquivalenceEntry {
  const [cpuid, equivalence, ...more] = text.split('=').map(parseNumber);
  if (cpuid !== undefined && cpuid !== 0 && equivalence !== undefined && equivalence <= 0xffff && more.length === 0) {
    return equivalenceEntry(cpuid, equivalence);
  }
  throw new Failure({
    kind: 'usage',
    code: 'usage/map',
    where: `--map ${text}`,
    message: 'is not a pair of CPUID and equivalence id',
    advice: 'Write CPUID=EQUIV, for example 0x00100f43=0x1043: CPUID leaf 1 EAX and the 16-bit id in the patch.',
  });
}
