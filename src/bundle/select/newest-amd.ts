/** Which AMD patches of many are needed, and the containers to carry them. */
import type { AmdPatch } from '../../formats/amd/patch.ts';
import {
  containerFiles,
  equivalenceConflicts,
  type CollectedPatch,
  type Refusal,
  equivalenceIdOf,
  patchesWithoutCpus,
} from '../amd-containers.ts';
import { sideOf } from '../amd-sides.ts';

export interface AmdChoice {
  /** Chosen patches in the order they stand in the containers. */
  readonly patches: readonly CollectedPatch[];
  /** The bytes of each container. */
  readonly containers: readonly Uint8Array[];
  /** Why no container may be written; empty when nothing stands against it. */
  readonly refusals: readonly Refusal[];
}

/** By revision (unsigned, as Linux and Xen compare); the rest only makes the choice independent of the input's order. */
const byNewness = (a: CollectedPatch, b: CollectedPatch): number =>
  a.update.revision - b.update.revision || Buffer.compare(a.update.bytes, b.update.bytes);

/** Patches that one CPU could load in turn. */
const sameChoice = ({ update }: CollectedPatch): string => `${equivalenceIdOf(update)}/${sideOf(update)}`;

/** The newest patch for each equivalence id and side of EntrySign, in the order in which they first appear. */
export function newestPatches<H extends CollectedPatch>(collected: readonly H[]): H[] {
  const best = new Map<string, H>();
  for (const patch of collected) {
    const other = best.get(sameChoice(patch));
    if (other === undefined || byNewness(patch, other) > 0) best.set(sameChoice(patch), patch);
  }
  return [...best.values()];
}

/**
 * The newest patches among those that serve a wanted CPU: one for each equivalence id, two where EntrySign divides what is there. Linux takes the
 * last match of a container, not the newest, so no other may be left beside them. A pair stands in one container, the newer patch last: releases
 * that do not choose by the running revision then take the same patch as without the older one, which no other arrangement gives on all of them.
 */
export function newestAmd(
  collected: readonly CollectedPatch[],
  servesCpu: (cpuid: number, patch: AmdPatch) => boolean,
): AmdChoice {
  const asked = collected.filter(({ update }) => update.cpuids.some((cpuid) => servesCpu(cpuid, update)));
  const carriers = containerFiles(newestPatches(asked), { collected, servesCpu, containers: [] });
  return {
    patches: carriers.flatMap((carrier) => carrier.patches),
    containers: carriers.map(({ bytes }) => bytes),
    refusals: [...patchesWithoutCpus(collected, 'initrd/cpus-unknown'), ...equivalenceConflicts(asked)],
  };
}
