/**
 * What changed from one collection to another, CPU by CPU. An Intel update whose platform mask grew is the successor of the one whose
 * mask it overlaps, as in the vendor's release notes: by exact keys it would count as one removal and one addition.
 */
import { ageOrder, compareContents } from '../update-order.ts';
import { byVendor, type NewestForCpu, newestByCpu } from './newest-by-cpu.ts';
import type { CollectedUpdate } from '../collect.ts';
import { firmwareName } from '../../inputs/firmware-name.ts';
import { grouped } from '../group.ts';

export type ChangeKind =
  | 'new'
  | 'updated'
  /** A lower revision than before. */
  | 'downgraded'
  /** The same revision with other bytes. */
  | 'rewritten'
  /** The same revision for other platforms. */
  | 're-masked'
  /** The same update in files of other names. */
  | 'renamed'
  | 'removed';

export interface Change {
  readonly kind: ChangeKind;
  /** Null when the CPU is new. */
  readonly before: NewestForCpu | null;
  /** Null when nothing is left for the CPU. */
  readonly after: NewestForCpu | null;
}

/** Every change, ordered by vendor, signature and mask. What stayed as it was is left out. */
export function diffCollections(before: readonly CollectedUpdate[], after: readonly CollectedUpdate[]): Change[] {
  const [old, now] = [newestByCpu(before), newestByCpu(after)];
  const oldByCpu = grouped(old, cpuOf);
  const nowByCpu = grouped(now, cpuOf);
  const changes = now.flatMap((offer) => compared(counterpart(offer, oldByCpu), offer));
  const removed = old
    .filter((offer) => counterpart(offer, nowByCpu) === null)
    .map((offer): Change => ({ kind: 'removed', before: offer, after: null }));
  return [...changes, ...removed].sort(byCpu);
}

const cpuOf = ({ vendor, signature }: NewestForCpu): string => `${vendor}/${signature}`;

/** Removed rows stand where their CPU would. */
function byCpu(a: Change, b: Change): number {
  const [one, other] = [a.after ?? a.before, b.after ?? b.before];
  if (one === null || other === null) return 0;
  return byVendor(one.vendor, other.vendor) || one.signature - other.signature;
}

const bitCount = (mask: number): number => (mask === 0 ? 0 : (mask & 1) + bitCount(mask >>> 1));

/** The row of the other collection that is about the same CPU: the same mask, else the one that overlaps most. */
function counterpart(offer: NewestForCpu, others: ReadonlyMap<string, readonly NewestForCpu[]>): NewestForCpu | null {
  const same = others.get(cpuOf(offer)) ?? [];
  const exact = same.find(({ platformMask }) => platformMask === offer.platformMask);
  if (exact !== undefined) return exact;
  const shared = (other: NewestForCpu): number => bitCount(other.platformMask & offer.platformMask);
  const best = same
    .filter((other) => shared(other) > 0)
    .sort((a, b) => shared(b) - shared(a) || ageOrder(b.collected.update, a.collected.update));
  return best[0] ?? null;
}

function compared(before: NewestForCpu | null, after: NewestForCpu): Change[] {
  const kind = before === null ? 'new' : kindOf(before, after);
  return kind === undefined ? [] : [{ kind, before, after }];
}

function kindOf(before: NewestForCpu, after: NewestForCpu): ChangeKind | undefined {
  const [old, now] = [before.collected.update, after.collected.update];
  const rise = ageOrder(now, old);
  if (rise !== 0) return rise > 0 ? 'updated' : 'downgraded';
  // The mask stands in the header, so other bytes are no surprise then.
  if (before.platformMask !== after.platformMask) return 're-masked';
  const contents = compareContents(old, now);
  if (contents === 'different' || contents === 'header-differs') return 'rewritten';
  return isRenamed(before, after) ? 'renamed' : undefined;
}

/** The vendor files of images hold everything: going from a folder to an image renames nothing. */
const isImage = ({ files }: NewestForCpu): boolean => files.some((file) => firmwareName(file).kind === 'early');

function isRenamed(before: NewestForCpu, after: NewestForCpu): boolean {
  if (isImage(before) || isImage(after)) return false;
  return before.ownFile !== after.ownFile || !before.files.some((file) => after.files.includes(file));
}
