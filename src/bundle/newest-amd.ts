/** Which AMD patches of many are needed, and the containers to carry them. */
import { entrySignSide } from '../cpu/amd-entrysign.ts';
import type { AmdPatch } from '../formats/amd/patch.ts';
import {
  carriersOf,
  equivalenceConflicts,
  type HeldPatch,
  type Refusal,
  rivalry,
  withoutCpus,
} from './amd-containers.ts';

export interface AmdChoice {
  /** Chosen patches in the order they stand in the containers. */
  readonly patches: readonly HeldPatch[];
  /** The bytes of each container. */
  readonly containers: readonly Uint8Array[];
  /** Why no container may be written; empty when nothing stands against it. */
  readonly refusals: readonly Refusal[];
}

/** By revision (unsigned, as Linux and Xen compare); the rest only makes the choice independent of the input's order. */
const byNewness = (a: HeldPatch, b: HeldPatch): number =>
  a.update.revision - b.update.revision || Buffer.compare(a.update.bytes, b.update.bytes);

/**
 * Patches that one CPU could load in turn. EntrySign divides those of family 19h and later: a CPU whose BIOS is not fixed takes only patches up to
 * the cut-off, a fixed one only patches above it, so AMD itself ships two for some CPUs since 2025.
 */
const sameChoice = ({ update }: HeldPatch): string =>
  `${rivalry(update)}/${update.zen === null || update.family < 0x19 ? '' : entrySignSide(update.revision)}`;

/** The newest patch for each equivalence id and side of EntrySign, in the order in which they first appear. */
export function newestPatches<H extends HeldPatch>(held: readonly H[]): H[] {
  const best = new Map<string, H>();
  for (const patch of held) {
    const rival = best.get(sameChoice(patch));
    if (rival === undefined || byNewness(patch, rival) > 0) best.set(sameChoice(patch), patch);
  }
  return [...best.values()];
}

/**
 * The newest patches among those that serve a wanted CPU. Linux takes the last match of a container (from 6.19 on the last on the CPU's side of
 * EntrySign), not the newest, so no older one may be left beside the newest.
 */
export function newestAmd(held: readonly HeldPatch[], wanted: (cpuid: number, patch: AmdPatch) => boolean): AmdChoice {
  const asked = held.filter(({ update }) => update.cpuids.some((cpuid) => wanted(cpuid, update)));
  const carriers = carriersOf(newestPatches(asked), { held, wanted, containers: [] });
  return {
    patches: carriers.flatMap((carrier) => carrier.patches),
    containers: carriers.map(({ bytes }) => bytes),
    refusals: [...withoutCpus(held, 'initrd/cpus-unknown'), ...equivalenceConflicts(asked)],
  };
}
