/** `initrd build`: the image that was or would be written. */
import { plural } from '../printable.ts';
import type { EarlyImage } from '../../initrd/image/build.ts';
import type { DroppedMember } from '../../initrd/splice/plan.ts';
import type { EarlyLayout } from '../../initrd/image/layout.ts';
import { renderInspection } from '../updates/inspect-table.ts';
import { type UpdateRow, updateRow } from '../update-row.ts';
import { droppedLines, type KeptFile, keptFiles, keptLines } from './vendors.ts';

export interface BuildReport {
  readonly schema: 'ucodekit/initrd-build@2';
  /** CPUs under --require that no update is for; nothing is written then. */
  readonly missing: readonly string[];
  /** Path of the image; null when nothing was written. */
  readonly written: string | null;
  readonly layout: EarlyLayout;
  /** Path of the initrd behind the image; null when there is none. */
  readonly base: string | null;
  /** Bytes, with the initrd behind the image. */
  readonly size: number;
  /** Seconds since 1970 that every member carries. */
  readonly mtime: number;
  readonly files: readonly {
    readonly path: string;
    /** Byte offset of the data. */
    readonly offset: number;
    /** Bytes. */
    readonly size: number;
  }[];
  /** Microcode of the base that stays, and members of it that go. */
  readonly kept: readonly KeptFile[];
  readonly dropped: readonly DroppedMember[];
  readonly updates: readonly UpdateRow[];
}

export const buildReport = (
  { plan, chosen, kept, size }: Extract<EarlyImage, { kind: 'planned' }>,
  { written, base, missing, dropped }: Pick<BuildReport, 'written' | 'base' | 'missing' | 'dropped'>,
): BuildReport => ({
  schema: 'ucodekit/initrd-build@2',
  missing,
  written,
  layout: plan.layout,
  base,
  size,
  mtime: plan.mtime,
  files: plan.vendorFiles.map(({ path, offset, size }) => ({ path, offset, size })),
  kept: keptFiles(plan, kept),
  dropped,
  updates: chosen.map(updateRow),
});

export function renderBuild(report: BuildReport, verbose: boolean): string {
  if (report.missing.length > 0) return `nothing was written: no update for ${report.missing.join(' and ')}\n`;
  const verb = report.written === null ? 'would write' : 'wrote';
  const count = (vendor: UpdateRow['vendor']): number => report.updates.filter((row) => row.vendor === vendor).length;
  const lines = [
    `${verb} ${report.written ?? 'an image'}: ${report.size} bytes, ${plural(count('intel'), 'Intel update')}, ${count('amd')} AMD patch${count('amd') === 1 ? '' : 'es'}\n`,
    ...droppedLines(report.dropped),
    ...keptLines(report.kept),
    ...report.files.map(({ path, offset, size }) => `  ${path}: ${size} bytes at ${offset}\n`),
  ];
  return lines.join('') + (verbose ? renderInspection(report, 'table') : '');
}
