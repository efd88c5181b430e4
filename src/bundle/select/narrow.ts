/** A collection without the updates that a selection does not take. */
import type { Collection, CollectedUpdate, Located } from '../collect.ts';
import { fileKey } from '../origin-parts.ts';
import { grouped } from '../group.ts';
import { type Selection, selectUpdates } from './selection.ts';

/** The selected updates, and all findings except those on the bytes of other updates. */
export function narrowCollection(selection: Selection, { updates, findings }: Collection): Collection {
  const wanted = selectUpdates(selection, updates);
  const kept = new Set(wanted);
  const byFile = grouped(
    [...updates].sort((a, b) => a.origin.offset - b.origin.offset),
    ({ origin }) => fileKey(origin),
  );
  const isKept = ({ origin }: Located): boolean => {
    const at = updateAt(byFile.get(fileKey(origin)) ?? [], origin.offset);
    return at === undefined || kept.has(at);
  };
  return { updates: wanted, findings: findings.filter(isKept) };
}

/** The update, of those of one file by offset, that the byte at `offset` belongs to: the last to start there or before. */
function updateAt(collected: readonly CollectedUpdate[], offset: number): CollectedUpdate | undefined {
  let [low, high] = [0, collected.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((collected[middle]?.origin.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = collected[low - 1];
  return found !== undefined && offset < found.origin.offset + found.update.size ? found : undefined;
}
