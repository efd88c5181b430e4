/** Which Intel updates of many are needed: the newest for each signature and platform, in a fixed order. */
import { type IntelSignature, type IntelUpdate, servedBy } from '../../formats/intel/update.ts';
import { platformBits } from './filter.ts';

/** One signature of an update that was asked for. */
interface Entry {
  readonly update: IntelUpdate;
  readonly signature: number;
  readonly platformMask: number;
  /** Bits of the platforms that were asked for. */
  readonly platforms: number;
}

/** The platforms for which an update is wanted, as the bits of `platformBits`; 0: none. */
export type Wanted = (signature: IntelSignature, update: IntelUpdate) => number;

/** Every update for all its platforms. */
export const allPlatforms: Wanted = ({ platformMask }) => platformBits(platformMask);

function entriesOf(updates: readonly IntelUpdate[], selected: Wanted): Entry[] {
  return updates.flatMap((update) =>
    servedBy(update)
      .map(({ signature, platformMask, checksum }) => ({
        update,
        signature,
        platformMask,
        platforms: selected({ signature, platformMask, checksum }, update),
      }))
      .filter(({ platforms }) => platforms !== 0),
  );
}

/** Signed: negative revisions are pre-production and never newer than a production one (SDM vol. 3A). */
const signedRevision = (update: IntelUpdate): number => update.revision | 0;

/** `YYYYMMDD` as a number. */
const dateOrder = (update: IntelUpdate): number => Number(update.date.text.replaceAll('-', ''));

/** Orders updates that serve the same CPU: by revision; the rest only makes the choice independent of the input's order. */
function byNewness(a: IntelUpdate, b: IntelUpdate): number {
  return (
    signedRevision(a) - signedRevision(b) ||
    dateOrder(a) - dateOrder(b) ||
    servedBy(a).length - servedBy(b).length ||
    a.header.checksum - b.header.checksum ||
    a.size - b.size
  );
}

/** The eight platforms, and the bit of an update that names none. */
const PLATFORM_BITS = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((bit) => 1 << bit);

/**
 * The updates that are the newest for at least one signature and platform, each once, ordered by signature (ascending)
 * and platform mask (descending). The result does not depend on the order of the input.
 */
export function newestIntel(updates: readonly IntelUpdate[], selected: Wanted): IntelUpdate[] {
  const best = new Map<string, Entry>();
  for (const entry of entriesOf(updates, selected)) {
    for (const platform of PLATFORM_BITS) {
      if ((entry.platforms & platform) === 0) continue;
      const key = `${entry.signature}/${platform}`;
      const collected = best.get(key);
      if (collected === undefined || byNewness(entry.update, collected.update) > 0) best.set(key, entry);
    }
  }
  return inOrder([...best.values()]);
}

/**
 * What iucode_tool 2.3.1 would write: an update gives way to one that serves at least its platforms with at least its revision.
 * Partly overlapping masks all stay. The result does not depend on the order of the input save among exact equals.
 */
export function newestByIucodeTool(updates: readonly IntelUpdate[], selected: Wanted): IntelUpdate[] {
  const kept = new Map<number, Entry[]>();
  const supersedes = (a: Entry, b: Entry): boolean =>
    (b.platformMask & ~a.platformMask) === 0 && signedRevision(a.update) >= signedRevision(b.update);
  for (const entry of entriesOf(updates, selected)) {
    const same = kept.get(entry.signature) ?? [];
    if (same.some((collected) => supersedes(collected, entry))) continue;
    kept.set(entry.signature, [...same.filter((collected) => !supersedes(entry, collected)), entry]);
  }
  return inOrder([...kept.values()].flat());
}

function inOrder(entries: readonly Entry[]): IntelUpdate[] {
  const sorted = [...entries].sort(
    (a, b) => a.signature - b.signature || b.platformMask - a.platformMask || byNewness(b.update, a.update),
  );
  return distinct(sorted.map(({ update }) => update));
}

/** Every wanted update, old ones too, each once, in the order of `newestIntel`. */
export const orderedIntel = (updates: readonly IntelUpdate[], selected: Wanted = allPlatforms): IntelUpdate[] =>
  inOrder(entriesOf(updates, selected));

/** The updates without those whose bytes came before. */
function distinct(updates: readonly IntelUpdate[]): IntelUpdate[] {
  const seen = new Map<string, IntelUpdate[]>();
  return updates.filter((update) => {
    const key = `${update.header.signature}/${update.revision}/${update.header.checksum}/${update.size}`;
    const alike = seen.get(key) ?? [];
    if (alike.some((other) => other === update || Buffer.compare(other.bytes, update.bytes) === 0)) return false;
    seen.set(key, [...alike, update]);
    return true;
  });
}
