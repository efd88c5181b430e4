/** Changes in the shape of the changelogs of Debian's intel-microcode and amd64-microcode packages. */
import type { Change, ChangeKind } from '../../bundle/compare/diff.ts';
import type { NewestForCpu } from '../../bundle/compare/newest-by-cpu.ts';
import { grouped } from '../../bundle/group.ts';
import { hex32, hex8 } from '../../bytes/hex.ts';
import { amdFamilyModelStepping } from '../../cpu/amd.ts';
import { type IntelUpdate, servedBy } from '../../formats/intel/update.ts';

const HEADINGS: Readonly<Record<ChangeKind, string>> = {
  new: 'New',
  updated: 'Updated',
  're-masked': 'Re-masked',
  downgraded: 'Downgraded',
  rewritten: 'Rewritten',
  removed: 'Removed',
  renamed: 'Renamed',
};

const VENDORS = [
  ['intel', 'microcodes'],
  ['amd', 'microcode patches'],
  ['via', 'VIA microcodes'],
] as const;

export function renderChangelog(changes: readonly Change[]): string {
  const lines = VENDORS.flatMap(([vendor, noun]) =>
    Object.entries(HEADINGS).flatMap(([kind, heading]) => {
      const own = changes
        .filter((change) => change.kind === kind)
        .flatMap(({ before, after }) => after ?? before ?? [])
        .filter((offer) => offer.vendor === vendor);
      if (own.length === 0) return [];
      return [`  * ${heading} ${noun}:`, ...changedLines(vendor, own)];
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function changedLines(vendor: NewestForCpu['vendor'], offers: readonly NewestForCpu[]): string[] {
  switch (vendor) {
    case 'intel':
      return intelLines(offers);
    case 'amd':
      return offers.map(amdLine);
    case 'via':
      return offers.map(viaLine);
  }
}

/** Updates by main signature; below each its other signatures that changed, without the size. */
function intelLines(offers: readonly NewestForCpu[]): string[] {
  const updates = [...grouped(offers, ({ collected }) => collected.update)].flatMap(([update, own]) =>
    update.vendor === 'intel' ? [{ update, own }] : [],
  );
  return updates
    .sort(
      (a, b) =>
        a.update.main.signature - b.update.main.signature || b.update.main.platformMask - a.update.main.platformMask,
    )
    .flatMap(({ update, own }) => updateLines(update, own));
}

function updateLines(update: IntelUpdate, offers: readonly NewestForCpu[]): string[] {
  const changed = servedBy(update).filter(({ signature, platformMask }) =>
    offers.some((offer) => offer.signature === signature && offer.platformMask === platformMask),
  );
  const revision = `0x${update.revision.toString(16).padStart(4, '0')}`;
  return changed.map(({ signature, platformMask }, index) => {
    const isFirst = index === 0;
    const what = `sig ${hex32(signature)}, pf_mask ${hex8(platformMask)}, ${update.date.text}, rev ${revision}`;
    return `    + ${what}${isFirst ? `, size ${update.size}` : ''}`;
  });
}

function amdLine({ signature, collected }: NewestForCpu): string {
  const { family, model, stepping } = amdFamilyModelStepping(signature);
  const cpu = `Family=${hex8(family)} Model=${hex8(model)} Stepping=${hex8(stepping)}`;
  return `    + ${cpu}: Patch=${hex32(collected.update.revision)}`;
}

const viaLine = ({ signature, collected: { update } }: NewestForCpu): string =>
  `    + sig ${hex32(signature)}, ${update.date.text}, rev ${hex32(update.revision)}, size ${update.size}`;
