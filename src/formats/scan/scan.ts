/**
 * Finds updates anywhere in bytes of unknown structure: firmware images, flash dumps, memory. Linear in the size of the bytes, whatever
 * they hold. What is found is whole by every check that its format has short of a signature.
 */
import { hex32 } from '../../bytes/hex.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { PATCH_HEADER } from '../amd/header.ts';
import { UPDATE_HEADER } from '../intel/layout.ts';
import { VIA_HEADER } from '../via.ts';
import { containerAround, checkAmd } from './amd.ts';
import { findCandidates } from './candidates.ts';
import { addDemand, checkIntel, emptyVerdicts } from './intel.ts';
import { rangeSums } from './range-sums.ts';
import { type VerdictTable, VERDICT } from './verdict.ts';
import { checkVia, viaPlaces } from './via.ts';

export interface ScanHit {
  readonly kind: 'intel' | 'amd-container' | 'amd-patch' | 'via';
  /** Byte offset. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

export interface Scan {
  /** By offset; they do not overlap. */
  readonly hits: readonly ScanHit[];
  /** Updates that are cut off, damaged or inside another. */
  readonly findings: readonly Finding[];
}

type Vendor = 'intel' | 'amd' | 'via';

export function scanBytes(bytes: Uint8Array): Scan {
  const candidates = findCandidates(bytes);
  const intel = emptyVerdicts(candidates.intel);
  const via = viaPlaces(bytes);
  const demand = [0, 0, 0, 0];
  addDemand(intel, bytes.length, demand);
  addDemand(via, bytes.length, demand);
  const sums = rangeSums(bytes, demand);
  checkIntel(bytes, candidates.intel, intel, sums);
  checkVia(bytes, via, sums);
  const amd = checkAmd(bytes, candidates.amd);

  const reports = new Reports(bytes);
  if (candidates.crowded > 0) reports.crowded(candidates.crowded);
  const hits = disjoint([...intactHits('intel', intel), ...intactHits('via', via), ...amdHits(bytes, amd)], reports);
  report('intel', intel, hits, reports);
  report('via', via, hits, reports);
  report('amd', amd, hits, reports);
  return { hits, findings: reports.all() };
}

function intactHits(kind: 'intel' | 'via', places: VerdictTable): ScanHit[] {
  const hits: ScanHit[] = [];
  for (let i = 0; i < places.offsets.length; i++) {
    if (places.verdicts[i] !== VERDICT.intact) continue;
    hits.push({ kind, offset: places.offsets[i] as number, size: places.sizes[i] as number });
  }
  return hits;
}

/** Patches, or the containers that they stand in: only a container tells which CPUs its patches are for. */
function amdHits(bytes: Uint8Array, places: VerdictTable): ScanHit[] {
  const hits: ScanHit[] = [];
  let end = 0;
  places.offsets.forEach((offset, i) => {
    if (places.verdicts[i] !== VERDICT.intact || offset < end) return;
    const container = containerAround(bytes, offset);
    if (container === undefined) {
      hits.push({ kind: 'amd-patch', offset, size: places.sizes[i] as number });
    } else {
      hits.push({ kind: 'amd-container', ...container });
      end = container.offset + container.size;
    }
  });
  return hits;
}

/** Keeps, of hits that overlap, the one that starts first. */
function disjoint(found: ScanHit[], reports: Reports): ScanHit[] {
  const hits: ScanHit[] = [];
  let outer: ScanHit | undefined;
  for (const hit of found.sort((a, b) => a.offset - b.offset || b.size - a.size)) {
    if (outer !== undefined && hit.offset < outer.offset + outer.size) {
      reports.overlap(hit, outer);
    } else {
      hits.push(hit);
      outer = hit;
    }
  }
  return hits;
}

/** Says what is wrong with the places that are no hits. Inside a hit they are its data, not headers. */
function report(vendor: Vendor, places: VerdictTable, hits: readonly ScanHit[], reports: Reports): void {
  let next = 0;
  for (let i = 0; i < places.offsets.length; i++) {
    const verdict = places.verdicts[i] as number;
    if (verdict === VERDICT.none || verdict === VERDICT.intact) continue;
    const offset = places.offsets[i] as number;
    const size = places.sizes[i] as number;
    let hit = hits[next];
    while (hit !== undefined && hit.offset + hit.size <= offset) hit = hits[++next];
    if (hit !== undefined && hit.offset <= offset) continue;
    if (verdict === VERDICT.cut) reports.cut(vendor, offset, size);
    else reports.damaged(vendor, offset, size, verdict, hit);
  }
}

const WRONG: Readonly<Record<number, string>> = {
  [VERDICT.checksum]: 'its checksum is wrong',
  [VERDICT.extendedTable]: 'its extended signature table is wrong',
  [VERDICT.revisionCopy]: 'its two copies of the revision differ',
};

/** Findings of one kind that are kept: crafted input could otherwise make millions. */
const KEPT = 16;

class Reports {
  readonly #bytes: Uint8Array;
  readonly #kept: Finding[] = [];
  readonly #counts = { 'scan/overlap': 0, 'scan/truncated': 0, 'scan/damaged': 0 };

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  overlap({ kind, offset, size }: ScanHit, outer: ScanHit): void {
    if (!this.#room('scan/overlap')) return;
    const vendor = kind === 'intel' || kind === 'via' ? kind : 'amd';
    const what = kind === 'amd-container' ? 'AMD container' : this.#what(vendor, offset);
    this.#kept.push(finding('scan/overlap', { offset }, { what, size, outer: outer.offset }));
  }

  cut(vendor: Vendor, offset: number, expected: number): void {
    if (!this.#room('scan/truncated')) return;
    const found = this.#bytes.length - offset;
    this.#kept.push(finding('scan/truncated', { offset }, { what: this.#what(vendor, offset), expected, found }));
  }

  crowded(count: number): void {
    this.#kept.push(finding('scan/crowded', { offset: 0 }, { count }));
  }

  damaged(vendor: Vendor, offset: number, size: number, verdict: number, next: ScanHit | undefined): void {
    if (!this.#room('scan/damaged')) return;
    const inside = next !== undefined && next.offset < offset + size;
    const reason = `${WRONG[verdict] ?? ''}${inside ? `, and another update starts inside it at byte ${next.offset}` : ''}`;
    this.#kept.push(finding('scan/damaged', { offset }, { what: this.#what(vendor, offset), size, reason }));
  }

  #room(rule: 'scan/overlap' | 'scan/truncated' | 'scan/damaged'): boolean {
    this.#counts[rule] += 1;
    return this.#counts[rule] <= KEPT;
  }

  #what(vendor: Vendor, offset: number): string {
    switch (vendor) {
      case 'intel':
        return `Intel update for ${hex32(UPDATE_HEADER.decode(this.#bytes, offset)?.signature ?? 0)}`;
      case 'amd':
        return `AMD patch ${hex32(PATCH_HEADER.decode(this.#bytes, offset)?.patchId ?? 0)}`;
      case 'via':
        return `VIA update for ${hex32(VIA_HEADER.decode(this.#bytes, offset)?.signature ?? 0)}`;
    }
  }

  /** By offset; what was left out is counted at the end. */
  all(): readonly Finding[] {
    const cut = Object.entries(this.#counts).filter(([, count]) => count > KEPT);
    return [
      ...this.#kept.sort((a, b) => a.offset - b.offset),
      ...cut.map(([rule, count]) => finding('input/more-findings', { offset: 0 }, { rule, count: count - KEPT })),
    ];
  }
}
