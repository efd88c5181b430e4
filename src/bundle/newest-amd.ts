/** Which AMD patches of many are needed, and the containers to carry them. */
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
  const carriers = carriersOf(newestPatches(asked), { held, wanted, containers: [] });
  return {
    patches: carriers.flatMap((carrier) => carrier.patches),
    containers: carriers.map(({ bytes }) => bytes),
    refusals: [...withoutCpus(held, 'initrd/cpus-unknown'), ...equivalenceConflicts(asked)],
  };
}
