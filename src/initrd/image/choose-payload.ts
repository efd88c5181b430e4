/** Chooses the payload of an early image: what goes into each vendor file. */
import type { CollectedUpdate, Located } from '../../bundle/collect.ts';
import { newestAmd } from '../../bundle/select/newest-amd.ts';
import { newestByIucodeTool, newestIntel } from '../../bundle/select/newest-intel.ts';
import { nothingFound } from '../../bundle/nothing.ts';
import {
  EVERYTHING,
  isSelected,
  patchesOf,
  type Selection,
  type Vendor,
  selectUpdates,
  matchingPlatforms,
} from '../../bundle/select/selection.ts';
import { notLoadable } from '../../bundle/export/not-loadable.ts';
import type { EarlyLayout } from './layout.ts';
import type { EarlyVendor } from '../../loaders/early-paths.ts';
import { hex32, hex8 } from '../../bytes/hex.ts';
import { sideOf } from '../../bundle/amd-sides.ts';
import type { RequiredCpu } from '../../bundle/select/cpu.ts';
import { entrySignCutOff, type EntrySignSide } from '../../cpu/amd-entrysign.ts';
import { lowestPatchLevelOfCpuid } from '../../cpu/amd.ts';

export interface EarlyPayload {
  /** Updates that go in, in the order they will stand in the image. */
  readonly chosen: readonly CollectedUpdate[];
  /** The bytes of each vendor file in parts; a vendor without updates is left out. */
  readonly parts: Readonly<Partial<Record<EarlyVendor, readonly Uint8Array[]>>>;
  /** Why nothing may be written; empty when it may. */
  readonly refusals: readonly Located[];
  /** Findings on selected updates that no vendor file can hold. */
  readonly leftOut: readonly Located[];
}

/**
 * Chooses the newest updates for each CPU. Damaged input is never chosen around: an error anywhere in what was read refuses the image,
 * because without a broken file its CPUs would silently stay unpatched.
 */
export function earlyPayload(
  collected: readonly CollectedUpdate[],
  findings: readonly Located[],
  selection: Selection,
  layout: EarlyLayout,
): EarlyPayload {
  const errors = findings.filter(({ finding }) => finding.severity === 'error');
  const takesVendor = (vendor: Vendor): boolean => selection.vendor === undefined || selection.vendor === vendor;
  const intel = takesVendor('intel') ? intelChoice(collected, selection, layout) : [];
  const patches = takesVendor('amd') ? patchesOf(collected) : [];
  const amd = newestAmd(patches, (signature, patch) => {
    const candidate = { signature, platformMask: 0, revision: patch.revision };
    return matchingPlatforms(selection, patch, candidate) !== 0;
  });
  const wanted = selectUpdates(selection, collected);
  return {
    chosen: [...amd.patches, ...intel],
    parts: {
      ...(amd.containers.length === 0 ? {} : { amd: amd.containers }),
      ...(intel.length === 0 ? {} : { intel: intel.map(({ update }) => update.bytes) }),
    },
    refusals: [...errors, ...amd.refusals, ...nothingFound(collected.length, wanted.length, findings)],
    leftOut: notLoadable(wanted, 'an early image'),
  };
}

function intelChoice(
  collected: readonly CollectedUpdate[],
  selection: Selection,
  layout: EarlyLayout,
): CollectedUpdate[] {
  const origins = new Map(collected.map((one) => [one.update, one]));
  const updates = collected.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : []));
  const choose = layout === 'standard' ? newestIntel : newestByIucodeTool;
  return choose(updates, (candidate, update) =>
    matchingPlatforms(selection, update, { ...candidate, revision: update.revision }),
  ).flatMap((update) => origins.get(update) ?? []);
}

/**
 * Those of `cpus` that none of the chosen updates is for, as `SIGNATURE[,PLATFORMS]`; of a CPU that EntrySign divides also one side alone, in
 * words.
 */
export const cpusWithoutUpdate = (chosen: readonly CollectedUpdate[], cpus: readonly RequiredCpu[]): string[] =>
  cpus.flatMap((cpu) => {
    const own = chosen.filter(({ update }) => isSelected({ ...EVERYTHING, cpus: [cpu] }, update));
    if (own.length === 0) return [textOf(cpu)];
    const served = new Set(own.map(({ update }) => sideOf(update)));
    return cpu.sides
      .filter((side) => !served.has(side))
      .map((side) => `${textOf(cpu)} that runs ${levelsOf(cpu, side)}`);
  });

const textOf = ({ signature, platformMask }: RequiredCpu): string =>
  platformMask === undefined ? hex32(signature) : `${hex32(signature)},${hex8(platformMask)}`;

function levelsOf({ signature }: RequiredCpu, side: EntrySignSide): string {
  const cutOff = entrySignCutOff(lowestPatchLevelOfCpuid(signature)) ?? 0;
  return side === 'fixed' ? `${hex32(cutOff + 1)} or later` : `${hex32(cutOff)} or earlier`;
}
