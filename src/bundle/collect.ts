/** Collects updates from opened inputs: every blob is parsed, every update and finding keeps its origin. */
import { type Finding, shifted } from '../findings/finding.ts';
import { type AmdContainer, parseAmdContainers } from '../formats/amd/container.ts';
import type { AmdPatch } from '../formats/amd/patch.ts';
import { parseRawAmdPatch } from '../formats/amd/raw-patch.ts';
import { type IntelUpdate, parseIntelFile } from '../formats/intel/update.ts';
import { parseViaFile, type ViaUpdate } from '../formats/via.ts';
import type { Blob, Opened } from '../inputs/blob.ts';
import { type Origin, originAt } from '../inputs/origin.ts';

/** One update; `vendor` says of which vendor. Its bytes are a view of what was read. */
export type Update = IntelUpdate | AmdPatch | ViaUpdate;

/** An update and its origin. */
export interface CollectedUpdate {
  /** Of the update's first byte. */
  readonly origin: Origin;
  readonly update: Update;
  /** The container that an AMD patch was found in; its table says which CPUs the patch serves. */
  readonly container: AmdContainer | undefined;
}

/** A finding and its origin. */
export interface Located {
  /** Usually down to the byte that the finding is about. */
  readonly origin: Origin;
  /** Its offset counts from the start of the file, or of the innermost archive member, as that of `origin` does. */
  readonly finding: Finding;
}

/** What one blob holds. */
export interface Reading {
  /** Of the blob's first byte. */
  readonly origin: Origin;
  readonly updates: readonly CollectedUpdate[];
  /** AMD containers, those without patches too: their tables say which CPUs raw patches are for. */
  readonly containers: readonly AmdContainer[];
  /** Those of the updates are among them. */
  readonly findings: readonly Located[];
}

/**
 * Parses blobs one by one as they are opened: a reading for each, and one without updates for each finding on what was opened.
 * Throws only what reading `opened` throws.
 */
export async function* readUpdates(opened: AsyncIterable<Opened>): AsyncGenerator<Reading> {
  for await (const item of opened) {
    yield item.kind === 'blob'
      ? readBlob(item.blob)
      : { origin: item.origin, updates: [], containers: [], findings: [located(item.origin, item.finding)] };
  }
}

const located = (origin: Origin, finding: Finding): Located => ({
  origin: originAt(origin, finding.offset),
  finding: shifted(finding, origin.offset),
});

/** Findings of a parser that was given the bytes at `origin`. */
export const locatedIn = (origin: Origin, findings: readonly Finding[]): Located[] =>
  findings.map((found) => located(origin, found));

export function readBlob({ kind, origin, bytes }: Blob): Reading {
  const collected = (update: Update, container?: AmdContainer): CollectedUpdate => ({
    origin: originAt(origin, update.offset),
    update,
    container,
  });
  switch (kind) {
    case 'intel':
    case 'via': {
      const file = kind === 'intel' ? parseIntelFile(bytes) : parseViaFile(bytes);
      return {
        origin,
        updates: file.updates.map((update) => collected(update)),
        containers: [],
        findings: locatedIn(origin, file.findings),
      };
    }
    case 'amd-container': {
      const { containers, findings } = parseAmdContainers(bytes);
      const updates = containers.flatMap((container) => container.patches.map((patch) => collected(patch, container)));
      const all = [...findings, ...updates.flatMap(({ update }) => update.findings)];
      return { origin, updates, containers, findings: locatedIn(origin, all.sort(byOffset)) };
    }
    case 'amd-patch': {
      const { patch, findings } = parseRawAmdPatch(bytes);
      const all = [...findings, ...(patch?.findings ?? [])];
      return {
        origin,
        updates: patch === undefined ? [] : [collected(patch)],
        containers: [],
        findings: locatedIn(origin, all.sort(byOffset)),
      };
    }
  }
}

const byOffset = (a: Finding, b: Finding): number => a.offset - b.offset;

/** What all inputs hold together, in their order. */
export type Collected = Omit<Reading, 'origin'>;

/**
 * Parses everything that is opened. Updates are views of what was read, so `openInputs` must not share a buffer (`reuseBuffer`).
 * Throws only what reading `opened` throws.
 */
export async function collectUpdates(opened: AsyncIterable<Opened>): Promise<Collected> {
  const updates: CollectedUpdate[] = [];
  const containers: AmdContainer[] = [];
  const findings: Located[] = [];
  for await (const reading of readUpdates(opened)) {
    updates.push(...reading.updates);
    containers.push(...reading.containers);
    findings.push(...reading.findings);
  }
  return { updates, containers, findings };
}

/** A collection to check. */
export interface Collection {
  readonly updates: readonly CollectedUpdate[];
  /** What was found in each input by itself. */
  readonly findings: readonly Located[];
}

/** Whether the update is complete and has no finding of severity error. */
export const isUndamaged = ({ findings, bytes, size }: Update): boolean =>
  bytes.length === size && findings.every(({ severity }) => severity !== 'error');

/** Vendors as people write them. */
export const VENDOR_NAMES: Readonly<Record<Update['vendor'], string>> = { intel: 'Intel', amd: 'AMD', via: 'VIA' };
