/** `pack`: the file that was or would be written. */
import type { Packed, PackFormat } from '../../bundle/export/pack.ts';
import { plural } from '../printable.ts';
import { renderInspection } from './inspect-table.ts';
import { type UpdateRow, updateRow } from '../update-row.ts';

export interface PackReport {
  readonly schema: 'ucodekit/pack@2';
  /** Path of the file; null under --dry-run. */
  readonly written: string | null;
  readonly format: PackFormat;
  /** Bytes. */
  readonly size: number;
  /** In the order of the file. */
  readonly updates: readonly UpdateRow[];
}

export const packReport = (
  { chosen, parts }: Extract<Packed, { kind: 'packed' }>,
  format: PackFormat,
  written: string | null,
): PackReport => ({
  schema: 'ucodekit/pack@2',
  written,
  format,
  size: parts.reduce((sum, { length }) => sum + length, 0),
  updates: chosen.map(updateRow),
});

export function renderPack(report: PackReport, verbose: boolean): string {
  const verb = report.written === null ? 'would write' : 'wrote';
  const head = `${verb} ${report.written ?? 'a file'}: ${report.size} bytes, ${plural(report.updates.length, 'update')}\n`;
  return head + (verbose ? renderInspection(report, 'table') : '');
}
