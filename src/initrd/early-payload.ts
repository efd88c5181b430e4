/** From everything that was read to what goes into the vendor files of an early image. */
import type { Held, Located } from '../bundle/collect.ts';
import { newestAmd } from '../bundle/newest-amd.ts';
import { newestByIucodeTool, newestIntel } from '../bundle/newest-intel.ts';
import { nothingFound } from '../bundle/nothing.ts';
import { patchesOf, type Selection, type Vendor, wantedOf, wantedPlatforms } from '../bundle/wanted.ts';
import { withoutPlace } from '../bundle/without-place.ts';
import type { EarlyLayout } from './plan.ts';
import type { EarlyVendor } from './vendor-file.ts';

export interface EarlyPayload {
  /** Updates that go in, in the order they will stand in the image. */
  readonly chosen: readonly Held[];
  /** The bytes of each vendor file in parts; a vendor without updates is left out. */
  readonly parts: Readonly<Partial<Record<EarlyVendor, readonly Uint8Array[]>>>;
  /** Why nothing may be written; empty when nothing stands against it. */
  readonly refusals: readonly Located[];
  /** What to say of wanted updates that no vendor file is for. */
  readonly leftOut: readonly Located[];
}

/**
 * Chooses the newest updates for each CPU. Damaged input is never chosen around: an error anywhere in what was read refuses the image,
 * because leaving out a broken file in silence would leave its CPUs unpatched.
 */
export function earlyPayload(
  held: readonly Held[],
  findings: readonly Located[],
  selection: Selection,
  layout: EarlyLayout,
): EarlyPayload {
  const errors = findings.filter(({ finding }) => finding.severity === 'error');
  const means = (vendor: Vendor): boolean => selection.vendor === undefined || selection.vendor === vendor;
  const intel = means('intel') ? intelChoice(held, selection, layout) : [];
  const patches = means('amd') ? patchesOf(held) : [];
  const amd = newestAmd(patches, (signature, patch) => {
    const candidate = { signature, platformMask: 0, revision: patch.revision };
    return wantedPlatforms(selection, patch, candidate) !== 0;
  });
  const wanted = wantedOf(selection, held);
  return {
    chosen: [...amd.patches, ...intel],
    parts: {
      ...(amd.containers.length === 0 ? {} : { amd: amd.containers }),
      ...(intel.length === 0 ? {} : { intel: intel.map(({ update }) => update.bytes) }),
    },
    refusals: [...errors, ...amd.refusals, ...nothingFound(held.length, wanted.length, findings)],
    leftOut: withoutPlace(wanted, 'an early image'),
  };
}

function intelChoice(held: readonly Held[], selection: Selection, layout: EarlyLayout): Held[] {
  const origins = new Map(held.map((one) => [one.update, one]));
  const updates = held.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : []));
  const choose = layout === 'standard' ? newestIntel : newestByIucodeTool;
  return choose(updates, (candidate, update) =>
    wantedPlatforms(selection, update, { ...candidate, revision: update.revision }),
  ).flatMap((update) => origins.get(update) ?? []);
}
