/** Which AMD patches of many are needed, and the containers to carry them: one for each firmware file of the kernel, oldest family first. */
import { type Finding, finding } from '../findings/finding.ts';
import { hex16, hex32 } from '../bytes/hex.ts';
import { type AmdContainer } from '../formats/amd/container.ts';
import { encodeAmdContainer } from '../formats/amd/encode.ts';
import { type EquivalenceEntry, equivalenceEntry, isTerminator } from '../formats/amd/equivalence.ts';
import type { AmdPatch } from '../formats/amd/patch.ts';
import { type Origin } from '../inputs/origin.ts';

/** An AMD patch and where it was found. */
export interface HeldPatch {
  readonly origin: Origin;
  readonly update: AmdPatch;
  readonly container: AmdContainer | undefined;
}

export interface AmdChoice {
  /** Chosen patches in the order they stand in the containers. */
  readonly patches: readonly HeldPatch[];
  /** The bytes of each container. */
  readonly containers: readonly Uint8Array[];
  /** Why no container may be written; empty when nothing stands against it. */
  readonly refusals: readonly { readonly origin: Origin; readonly finding: Finding }[];
}

/** The kernel keeps families up to 14h in one file; from 15h on each family has its own. */
const fileOf = (patch: AmdPatch): number => Math.max(patch.family, 0x14);

/** Patches of one equivalence id rival each other: a loader takes one of them for every CPU of that id. */
const rivalry = ({ header }: AmdPatch): number => header.processorRevId;

const sameBytes = (a: HeldPatch, b: HeldPatch): boolean => Buffer.compare(a.update.bytes, b.update.bytes) === 0;

/** By revision (unsigned, as Linux and Xen compare); the rest only makes the choice independent of the input's order. */
const byNewness = (a: HeldPatch, b: HeldPatch): number =>
  a.update.revision - b.update.revision || Buffer.compare(a.update.bytes, b.update.bytes);

/** The newest patch for each equivalence id, in the order in which the ids first appear. */
export function newestPatches<H extends HeldPatch>(held: readonly H[]): H[] {
  const best = new Map<number, H>();
  for (const patch of held) {
    const rival = best.get(rivalry(patch.update));
    if (rival === undefined || byNewness(patch, rival) > 0) best.set(rivalry(patch.update), patch);
  }
  return [...best.values()];
}

/**
 * The newest patch for each equivalence id among those that serve a wanted CPU. Linux takes the last match of a container, not the
 * newest, so exactly one patch may be left for a CPU.
 */
export function newestAmd(held: readonly HeldPatch[], wanted: (cpuid: number, patch: AmdPatch) => boolean): AmdChoice {
  const asked = held.filter(({ update }) => update.cpuids.some((cpuid) => wanted(cpuid, update)));
  const unknown = held.filter(({ update }) => update.cpuids.length === 0);
  const patches = newestPatches(asked).sort(
    (a, b) => fileOf(a.update) - fileOf(b.update) || rivalry(a.update) - rivalry(b.update),
  );
  const cpus = cpusOf(asked);
  const carriers = [...new Set(patches.map(({ update }) => fileOf(update)))].map((file) => {
    const chosen = patches.filter(({ update }) => fileOf(update) === file);
    return wholeContainer(chosen, held) ?? newContainer(chosen, cpus, wanted);
  });
  return {
    patches: carriers.flatMap((carrier) => carrier.patches),
    containers: carriers.map(({ bytes }) => bytes),
    refusals: [...unknown.map(cpusUnknown), ...conflicts(asked)],
  };
}

/** A container and what it carries, in order. */
interface Carrier {
  readonly bytes: Uint8Array;
  readonly patches: readonly HeldPatch[];
}

/** Every CPU that some table, or the patch itself, sends to an equivalence id. */
function cpusOf(held: readonly HeldPatch[]): Map<number, Set<number>> {
  const cpus = new Map<number, Set<number>>();
  for (const { update } of held) {
    const known = cpus.get(rivalry(update)) ?? new Set<number>();
    for (const cpuid of update.cpuids) known.add(cpuid);
    cpus.set(rivalry(update), known);
  }
  return cpus;
}

/** The vendor's own container when it holds exactly the chosen patches: its bytes are then kept as they are. */
function wholeContainer(chosen: readonly HeldPatch[], held: readonly HeldPatch[]): Carrier | undefined {
  for (const { container } of chosen) {
    if (container === undefined || !hasOnlyUsedEntries(container)) continue;
    const inside = held.filter((other) => other.container === container);
    if (inside.length === chosen.length && inside.every((own) => chosen.some((patch) => sameBytes(patch, own)))) {
      return { bytes: encodeAmdContainer({ ...container, entries: container.table.entries }), patches: inside };
    }
  }
  return undefined;
}

const hasOnlyUsedEntries = ({ table, patches }: AmdContainer): boolean =>
  table.entries.every((entry) => isTerminator(entry) || patches.some((patch) => rivalry(patch) === entry.equivCpu));

function newContainer(
  chosen: readonly HeldPatch[],
  cpus: ReadonlyMap<number, ReadonlySet<number>>,
  wanted: (cpuid: number, patch: AmdPatch) => boolean,
): Carrier {
  const entries = chosen.flatMap(({ update }): EquivalenceEntry[] =>
    [...(cpus.get(rivalry(update)) ?? [])]
      .filter((cpuid) => wanted(cpuid, update))
      .sort((a, b) => a - b)
      .map((cpuid) => equivalenceEntry(cpuid, rivalry(update))),
  );
  return { bytes: encodeAmdContainer({ entries, patches: chosen.map(({ update }) => update) }), patches: chosen };
}

const cpusUnknown = ({ origin, update }: HeldPatch): AmdChoice['refusals'][number] => ({
  origin,
  finding: finding('initrd/cpus-unknown', { offset: origin.offset }, { revision: hex32(update.revision) }),
});

/** Xen refuses everything when two tables send one CPU to different equivalence ids. */
function conflicts(held: readonly HeldPatch[]): AmdChoice['refusals'] {
  const first = new Map<number, number>();
  const found: { origin: Origin; finding: Finding }[] = [];
  for (const { origin, update } of held) {
    for (const cpuid of update.cpuids) {
      const before = first.get(cpuid) ?? rivalry(update);
      first.set(cpuid, before);
      if (before === rivalry(update)) continue;
      const data = { cpuid: hex32(cpuid), found: hex16(rivalry(update)), expected: hex16(before) };
      found.push({ origin, finding: finding('amd/equivalence-conflict', { offset: origin.offset }, data) });
    }
  }
  return found;
}
