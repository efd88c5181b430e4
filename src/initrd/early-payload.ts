/** From everything that was read to what goes into the vendor files of an early image. */
import type { Held, Located } from '../bundle/collect.ts';
import { type HeldPatch, newestAmd } from '../bundle/newest-amd.ts';
import { newestByIucodeTool, newestIntel } from '../bundle/newest-intel.ts';
import { isSelected } from '../bundle/selection.ts';
import type { Selection } from '../bundle/wanted.ts';
import type { EarlyLayout } from './plan.ts';
import type { EarlyVendor } from './vendor-file.ts';

export interface EarlyPayload {
  /** Updates that go in, in the order they will stand in the image. */
  readonly chosen: readonly Held[];
  /** The bytes of each vendor file in parts; a vendor without updates is left out. */
  readonly parts: Readonly<Partial<Record<EarlyVendor, readonly Uint8Array[]>>>;
  /** Why nothing may be written; empty when nothing stands against it. */
  readonly refusals: readonly Located[];
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
  const intel = selection.vendor === 'amd' ? [] : intelChoice(held, selection, layout);
  const amd = newestAmd(selection.vendor === 'intel' ? [] : held.filter(isPatch), (signature, { revision }) =>
    isSelected(selection.filters, { signature, platformMask: 0, revision }),
  );
  return {
    chosen: [...amd.patches, ...intel],
    parts: {
      ...(amd.containers.length === 0 ? {} : { amd: amd.containers }),
      ...(intel.length === 0 ? {} : { intel: intel.map(({ update }) => update.bytes) }),
    },
    refusals: [...errors, ...amd.refusals],
  };
}

const isPatch = (held: Held): held is Held & HeldPatch => held.update.vendor === 'amd';

function intelChoice(held: readonly Held[], { filters }: Selection, layout: EarlyLayout): Held[] {
  const origins = new Map(held.map((one) => [one.update, one]));
  const updates = held.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : []));
  const choose = layout === 'standard' ? newestIntel : newestByIucodeTool;
  return choose(updates, ({ signature, platformMask }, { revision }) =>
    isSelected(filters, { signature, platformMask, revision }),
  ).flatMap((update) => origins.get(update) ?? []);
}
