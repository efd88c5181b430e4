/** A collection narrowed to what a selection wants. */
import type { Held, Located } from './collect.ts';
import { fileKey } from './origin-parts.ts';
import { grouped } from './group.ts';
import type { Collection } from './verify.ts';
import { type Selection, wantedOf } from './wanted.ts';

/** The wanted updates, and every finding but those on the bytes of an update that is not wanted. */
export function selected(selection: Selection, { updates, findings }: Collection): Collection {
  const wanted = wantedOf(selection, updates);
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
function updateAt(held: readonly Held[], offset: number): Held | undefined {
  let [low, high] = [0, held.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((held[middle]?.origin.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = held[low - 1];
  return found !== undefined && offset < found.origin.offset + found.update.size ? found : undefined;
}
