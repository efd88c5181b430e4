import { type Finding, finding } from '../../findings/finding.ts';
import type { PeImage, PeRow } from '../../formats/pe.ts';

/**
 * Why the firmware does not start an image, or why its sections in memory differ from those in the file. Source: EDK2 BasePeCoff.c: the last byte
 * of each section has to be in the file, its place in memory inside the image and behind the headers.
 */
export function firmwareFindings({ rows, layout }: PeImage, fileSize: number): Finding[] {
  const refused = rows.flatMap((row) => {
    const why = refusal(row, layout, fileSize);
    return why === null ? [] : [finding('efi/not-started', { offset: row.row }, { name: row.name, why })];
  });
  return refused.length > 0 ? refused : overlaps(rows);
}

function refusal(
  { rawOffset, rawSize, address, memorySize }: PeRow,
  layout: PeImage['layout'],
  fileSize: number,
): string | null {
  if (rawSize > 0 && rawOffset + rawSize > fileSize) {
    return `needs the bytes up to ${rawOffset + rawSize}, the file ends at ${fileSize}`;
  }
  if (layout === null) return null;
  if (memorySize > 0 && address + memorySize > layout.imageSize) {
    return `lies outside the ${layout.imageSize} bytes that the image takes in memory`;
  }
  if (rawSize > 0 && Math.min(address, rawOffset) < layout.headersSize) return 'lies over the headers';
  return null;
}

function overlaps(rows: readonly PeRow[]): Finding[] {
  const sorted = rows.filter(({ memorySize }) => memorySize > 0).toSorted((a, b) => a.address - b.address);
  return sorted.flatMap((row, i) => {
    const next = sorted[i + 1];
    if (next === undefined || row.address + row.memorySize <= next.address) return [];
    return [finding('efi/sections-overlap', { offset: next.row }, { name: next.name, other: row.name })];
  });
}
