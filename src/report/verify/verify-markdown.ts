/** Findings as Markdown, for the summary of a CI run. */
import { plural, printable } from '../printable.ts';
import { ruleOf } from './findings-text.ts';
import { formatOrigin } from '../../inputs/origin.ts';
import type { PlaceOf } from './text-place.ts';
import type { FindingRow } from '../update-row.ts';
import type { VerifyReport } from './verify.ts';

/** GitHub cuts a summary off at 1 MiB. */
const ROWS = 200;

/** A cell is one line; what Markdown or HTML would take for its own is written so that it stays text. */
const cell = (text: string): string =>
  printable(text)
    .replaceAll(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');

export function renderMarkdown(report: VerifyReport, verbose: boolean, placeOf: PlaceOf): string {
  const { error, warning, note } = report.counts;
  const shown = report.findings.filter(({ severity }) => verbose || severity !== 'note' || report.failOn === 'note');
  const rows = shown.slice(0, ROWS).map((row) => rowText(row, placeOf));
  const suppressed = report.suppressed.length === 0 ? '' : `, ${report.suppressed.length} suppressed`;
  const parts = [
    `### ucodekit: ${report.passed ? 'passed' : 'failed'}`,
    `${plural(report.updates, 'update')}, ${plural(error, 'error')}, ${plural(warning, 'warning')}, ${plural(note, 'note')}${suppressed}. Fails from ${report.failOn} on.`,
    ...(rows.length === 0
      ? []
      : [['| | where | what | what to do |', '| --- | --- | --- | --- |', ...rows].join('\n')]),
    ...(shown.length > ROWS ? [`${shown.length - ROWS} more are not shown.`] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function rowText(row: FindingRow, placeOf: PlaceOf): string {
  const place = placeOf(row);
  const where = place === undefined ? formatOrigin(row.origin) : `${row.origin.path}:${place.line}`;
  const cells = [row.severity, cell(where), `${cell(row.message)} (${cell(row.rule)})`, cell(ruleOf(row).advice)];
  return `| ${cells.join(' | ')} |`;
}
