/** `extract`: the files that were or would be written. */
import type { Located } from '../../bundle/collect.ts';
import type { Extraction, ExtractLayout } from '../../bundle/export/extract.ts';
import { plural } from '../printable.ts';
import { renderInspection } from './inspect-table.ts';
import { type FindingRow, findingRow, type UpdateRow, updateRow } from '../update-row.ts';

export interface ExtractionReport {
  readonly schema: 'ucodekit/extract@2';
  /** The folder; null under --dry-run. */
  readonly written: string | null;
  readonly layout: ExtractLayout;
  /** By path. */
  readonly files: readonly {
    /** Below the folder. */
    readonly path: string;
    /** Bytes. */
    readonly size: number;
    /** In the order of the file; empty for the table of a container. */
    readonly updates: readonly UpdateRow[];
  }[];
  readonly findings: readonly FindingRow[];
}

export const extractionReport = (
  { files }: Extraction,
  layout: ExtractLayout,
  written: string | null,
  findings: readonly Located[],
): ExtractionReport => ({
  schema: 'ucodekit/extract@2',
  written,
  layout,
  files: files.map(({ path, parts, updates }) => ({
    path,
    size: parts.reduce((sum, { length }) => sum + length, 0),
    updates: updates.map(updateRow),
  })),
  findings: findings.map(findingRow),
});

export function renderExtraction({ written, files }: ExtractionReport, verbose: boolean): string {
  if (files.length === 0) return '';
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const head = `${written === null ? 'would write' : 'wrote'} ${plural(files.length, 'file')}, ${size} bytes${written === null ? '' : `, into ${written}`}\n`;
  const lines = files.map(
    (file) => `  ${file.path}: ${file.size} bytes\n${verbose ? renderInspection(file, 'table') : ''}`,
  );
  return head + lines.join('');
}
