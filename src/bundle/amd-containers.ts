/** AMD containers made of chosen patches: one for each firmware file of the kernel, oldest family first. */
import { hex16, hex32 } from '../bytes/hex.ts';
import { amdFirmwareName, FIRST_ZEN_FAMILY } from '../cpu/amd.ts';
import { type Finding, finding } from '../findings/finding.ts';
import type { AmdContainer } from '../formats/amd/container.ts';
import { encodeAmdContainer } from '../formats/amd/encode.ts';
import { type EquivalenceEntry, equivalenceEntry, isTerminator } from '../formats/amd/equivalence.ts';
import type { AmdPatch } from '../formats/amd/patch.ts';
import type { Origin } from '../inputs/origin.ts';
import { grouped } from './group.ts';

/** An AMD patch and its origin. */
export interface CollectedPatch {
  readonly origin: Origin;
  readonly update: AmdPatch;
  readonly container: AmdContainer | undefined;
}

/** A container to be written. */
export interface ContainerFile {
  /** The kernel's name of the file it belongs in. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** In the order they stand in it. */
  readonly patches: readonly CollectedPatch[];
}

export interface ContainerSources {
  /** Everything that was read, so that a vendor's container can be known as a whole. */
  readonly collected: readonly CollectedPatch[];
  /** Which CPUs get an entry. */
  readonly servesCpu: (cpuid: number, patch: AmdPatch) => boolean;
  /** Containers that were read, those without patches too: they know the order of a table. */
  readonly containers: readonly AmdContainer[];
}

export interface Refusal {
  readonly origin: Origin;
  readonly finding: Finding;
}

/** A loader takes one patch of each equivalence id, for every CPU of that id. */
export const equivalenceIdOf = ({ header }: AmdPatch): number => header.processorRevId;

/** The kernel keeps families up to 14h in one file; from 15h on each family has its own. */
const fileOf = ({ family }: AmdPatch): number => Math.max(family, 0x14);

const sameBytes = (a: CollectedPatch, b: CollectedPatch): boolean =>
  Buffer.compare(a.update.bytes, b.update.bytes) === 0;

/** Oldest family first; where one id has several patches the newest comes last, for Linux takes the last match (see `newestAmd`). */
const inOrder = (chosen: readonly CollectedPatch[]): CollectedPatch[] =>
  [...chosen].sort(
    (a, b) =>
      fileOf(a.update) - fileOf(b.update) ||
      equivalenceIdOf(a.update) - equivalenceIdOf(b.update) ||
      a.update.revision - b.update.revision ||
      Buffer.compare(a.update.bytes, b.update.bytes),
  );

/** The patches without those whose bytes came before. */
export function distinctPatches(collected: readonly CollectedPatch[]): CollectedPatch[] {
  const alike = grouped(collected, ({ update }) => `${equivalenceIdOf(update)}/${update.revision}/${update.size}`);
  const first = new Set([...alike.values()].flatMap((same) => same.filter((one, i) => isFirst(same, one, i))));
  return collected.filter((one) => first.has(one));
}

const isFirst = (same: readonly CollectedPatch[], one: CollectedPatch, at: number): boolean =>
  same.findIndex((other) => sameBytes(other, one)) === at;

/** A container for each firmware file that the chosen patches belong in; no two of them have the same bytes. */
export function containerFiles(chosen: readonly CollectedPatch[], sources: ContainerSources): ContainerFile[] {
  const cpus = cpusOf(sources.collected);
  return [...grouped(inOrder(chosen), ({ update }) => fileOf(update))].map(([family, patches]): ContainerFile => ({
    name: amdFirmwareName(family),
    ...(wholeContainer(patches, sources.collected) ??
      tabledContainer(patches, sources.containers) ??
      newContainer(patches, cpus, sources.servesCpu)),
  }));
}

type Content = Omit<ContainerFile, 'name'>;

/** Every CPU that some table, or the patch itself, sends to an equivalence id. */
function cpusOf(collected: readonly CollectedPatch[]): Map<number, Set<number>> {
  const cpus = new Map<number, Set<number>>();
  for (const { update } of collected) {
    const known = cpus.get(equivalenceIdOf(update)) ?? new Set<number>();
    for (const cpuid of update.cpuids) known.add(cpuid);
    cpus.set(equivalenceIdOf(update), known);
  }
  return cpus;
}

/** The vendor's own container when it holds exactly the chosen patches: its bytes are then kept as they are. */
function wholeContainer(chosen: readonly CollectedPatch[], collected: readonly CollectedPatch[]): Content | undefined {
  for (const { container } of chosen) {
    if (container === undefined || !hasOnlyUsedEntries(container) || !isNewestLast(container)) continue;
    const inside = collected.filter((other) => other.container === container);
    const isWhole = inside.length === container.patches.length && inside.length === chosen.length;
    if (isWhole && inside.every((own) => chosen.some((patch) => sameBytes(patch, own)))) {
      return { bytes: encodeAmdContainer({ ...container, entries: container.table.entries }), patches: inside };
    }
  }
  return undefined;
}

const hasOnlyUsedEntries = ({ table, patches }: AmdContainer): boolean =>
  table.entries.every(
    (entry) => isTerminator(entry) || patches.some((patch) => equivalenceIdOf(patch) === entry.equivCpu),
  );

/** Whether no older patch of an id stands behind a newer one, where Linux would take it for every CPU. */
function isNewestLast({ patches }: AmdContainer): boolean {
  const before = new Map<number, number>();
  return patches.every((patch) => {
    const isRise = patch.revision >= (before.get(equivalenceIdOf(patch)) ?? 0);
    before.set(equivalenceIdOf(patch), patch.revision);
    return isRise;
  });
}

/** Raw patches under the table they came with: entries for exactly the equivalence ids of the chosen patches, no more and no fewer. */
function tabledContainer(chosen: readonly CollectedPatch[], containers: readonly AmdContainer[]): Content | undefined {
  const ids = new Set(chosen.map(({ update }) => equivalenceIdOf(update)));
  const found = containers.find(({ table, patches }) => {
    const listed = new Set(table.entries.filter((entry) => !isTerminator(entry)).map(({ equivCpu }) => equivCpu));
    return patches.length === 0 && listed.size === ids.size && [...ids].every((id) => listed.has(id));
  });
  if (found === undefined) return undefined;
  const { entries } = found.table;
  const patches = inVendorOrder(chosen, entries);
  return { bytes: encodeAmdContainer({ entries, patches: patches.map(({ update }) => update) }), patches };
}

/** AMD lists patches by revision before Zen and as the table has them from then on (measured: Debian's five containers). */
function inVendorOrder(chosen: readonly CollectedPatch[], entries: readonly EquivalenceEntry[]): CollectedPatch[] {
  const place = new Map<number, number>();
  for (const [i, { equivCpu }] of entries.entries()) if (!place.has(equivCpu)) place.set(equivCpu, i);
  const placeOf = ({ update }: CollectedPatch): number =>
    update.family < FIRST_ZEN_FAMILY ? 0 : (place.get(equivalenceIdOf(update)) ?? 0);
  return [...chosen].sort((a, b) => placeOf(a) - placeOf(b) || a.update.revision - b.update.revision);
}

function newContainer(
  chosen: readonly CollectedPatch[],
  cpus: ReadonlyMap<number, ReadonlySet<number>>,
  servesCpu: ContainerSources['servesCpu'],
): Content {
  const [...byId] = grouped(chosen, ({ update }) => equivalenceIdOf(update));
  const entries = byId.flatMap(([id, competing]): EquivalenceEntry[] =>
    [...(cpus.get(id) ?? [])]
      .filter((cpuid) => competing.some(({ update }) => servesCpu(cpuid, update)))
      .sort((a, b) => a - b)
      .map((cpuid) => equivalenceEntry(cpuid, id)),
  );
  return { bytes: encodeAmdContainer({ entries, patches: chosen.map(({ update }) => update) }), patches: chosen };
}

/** Patches that no container can serve to anyone, because nothing says which CPUs they are for. */
export const patchesWithoutCpus = (
  collected: readonly CollectedPatch[],
  rule: 'initrd/cpus-unknown' | 'pack/cpus-unknown',
): Refusal[] =>
  collected
    .filter(({ update }) => update.cpuids.length === 0)
    .map(({ origin, update }) => {
      const data = { revision: hex32(update.revision) };
      return { origin, finding: finding(rule, { offset: origin.offset }, data) };
    });

/** Xen refuses everything when two tables send one CPU to different equivalence ids. */
export function equivalenceConflicts(collected: readonly CollectedPatch[]): Refusal[] {
  const first = new Map<number, number>();
  const found: Refusal[] = [];
  for (const { origin, update } of collected) {
    for (const cpuid of update.cpuids) {
      const before = first.get(cpuid) ?? equivalenceIdOf(update);
      first.set(cpuid, before);
      if (before === equivalenceIdOf(update)) continue;
      const data = { cpuid: hex32(cpuid), found: hex16(equivalenceIdOf(update)), expected: hex16(before) };
      found.push({ origin, finding: finding('amd/equivalence-conflict', { offset: origin.offset }, data) });
    }
  }
  return found;
}
