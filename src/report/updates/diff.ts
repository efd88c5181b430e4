/** `diff`: the changes, as a document and as text. */
import type { Change, ChangeKind } from '../../bundle/compare/diff.ts';
import type { NewestForCpu } from '../../bundle/compare/newest-by-cpu.ts';
import { hex32, hex8 } from '../../bytes/hex.ts';
import { renderChangelog } from './diff-changelog.ts';
import { cpuName } from '../update-row.ts';
import { renderReleaseTables } from './diff-markdown.ts';
import { type Column, renderTable, type Width } from '../table.ts';
import type { IntelName } from '../../cpu/intel.ts';

/** One side of a change. */
export interface DiffSide {
  /** Platform mask (Intel); null for AMD. */
  readonly platformMask: string | null;
  readonly revision: string;
  readonly date: string;
  /** Bytes. */
  readonly size: number;
  /** Base names of the files that have it. */
  readonly files: readonly string[];
}

export interface DiffRow {
  readonly change: ChangeKind;
  readonly vendor: NewestForCpu['vendor'];
  readonly signature: string;
  /** `06-8f-08`, family, model and stepping. */
  readonly cpu: string;
  readonly before: DiffSide | null;
  readonly after: DiffSide | null;
}

export interface DiffReport {
  readonly schema: 'ucodekit/diff@1';
  readonly changes: readonly DiffRow[];
}

const side = ({ vendor, platformMask, collected, files }: NewestForCpu): DiffSide => ({
  platformMask: vendor === 'intel' ? hex8(platformMask) : null,
  revision: hex32(collected.update.revision),
  date: collected.update.date.text,
  size: collected.update.size,
  files,
});

export const diffReport = (changes: readonly Change[]): DiffReport => ({
  schema: 'ucodekit/diff@1',
  changes: changes.flatMap(({ kind, before, after }) => {
    const offer = after ?? before;
    if (offer === null) return [];
    return [
      {
        change: kind,
        vendor: offer.vendor,
        signature: hex32(offer.signature),
        cpu: cpuName(offer),
        before: before === null ? null : side(before),
        after: after === null ? null : side(after),
      },
    ];
  }),
});

export const DIFF_FORMATS = ['text', 'markdown', 'changelog'] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

export function renderDiff(
  changes: readonly Change[],
  format: DiffFormat,
  names: readonly IntelName[],
  width?: Width,
): string {
  switch (format) {
    case 'text':
      return renderText(diffReport(changes), width);
    case 'markdown':
      return renderReleaseTables(changes, names);
    case 'changelog':
      return renderChangelog(changes);
  }
}

const mask = (row: DiffSide | null): string => row?.platformMask ?? '-';

const COLUMNS: readonly Column<DiffRow>[] = [
  { title: 'CHANGE', value: ({ change }) => change },
  { title: 'CPU', value: ({ cpu }) => cpu },
  { title: 'SIGNATURE', value: ({ signature }) => signature },
  {
    title: 'MASK',
    value: ({ before, after }) =>
      before !== null && after !== null && mask(before) !== mask(after)
        ? `${mask(before)} -> ${mask(after)}`
        : mask(after ?? before),
  },
  { title: 'BEFORE', value: ({ before }) => before?.revision ?? '-' },
  { title: 'AFTER', value: ({ after }) => after?.revision ?? '-' },
  { title: 'DATE', value: ({ before, after }) => (after ?? before)?.date ?? '-' },
  { title: 'FILES', value: filesText },
];

function filesText({ change, before, after }: DiffRow): string {
  const now = (after ?? before)?.files.join(' ') ?? '-';
  return change === 'renamed' ? `${before?.files.join(' ') ?? '-'} -> ${now}` : now;
}

function renderText({ changes }: DiffReport, width: Width): string {
  if (changes.length === 0) return 'no difference\n';
  const counts = new Map<ChangeKind, number>();
  for (const { change } of changes) counts.set(change, (counts.get(change) ?? 0) + 1);
  const total = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `${renderTable(COLUMNS, changes, 'table', width)}${total}\n`;
}
