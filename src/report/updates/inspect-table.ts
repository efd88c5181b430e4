/** `inspect`: updates as a table, CSV or Markdown. */
import { formatOrigin } from '../../inputs/origin.ts';
import { type Column, renderTable, type TableFormat, type Width } from '../table.ts';
import type { FindingRow, ServedRow, UpdateRow } from '../update-row.ts';

export interface Inspection {
  readonly schema: 'ucodekit/inspect@2';
  readonly updates: readonly UpdateRow[];
  readonly findings: readonly FindingRow[];
}

/** A line of the listing: an update, or one more CPU that the update above it serves. */
interface Line {
  readonly update: UpdateRow | undefined;
  readonly serves: ServedRow | undefined;
}

const OF_UPDATE: readonly Column<UpdateRow>[] = [
  { title: 'REVISION', value: ({ revision }) => revision },
  { title: 'DATE', value: ({ date, dateValid }) => (dateValid ? date : `${date}?`) },
  { title: 'SIZE', value: ({ size }) => String(size), align: 'right' },
  { title: 'MINIMUM', value: ({ minimumRevision }) => minimumRevision ?? '-' },
  {
    title: 'FILE',
    value: ({ origin, intact }) => (intact ? formatOrigin(origin) : `${formatOrigin(origin)} (damaged)`),
  },
];

const columns: readonly Column<Line>[] = [
  { title: 'VENDOR', value: ({ update }) => update?.vendor ?? '' },
  { title: 'SIGNATURE', value: ({ serves }) => serves?.signature ?? '?' },
  { title: 'MASK', value: ({ serves }) => serves?.platformMask ?? '-' },
  ...OF_UPDATE.map(({ value, ...rest }) => ({
    ...rest,
    value: ({ update }: Line) => (update === undefined ? '' : value(update)),
  })),
];

/** In CSV and Markdown every line stands alone: what the table leaves blank is repeated. */
function linesOf(row: UpdateRow, repeat: boolean): Line[] {
  const [first, ...more] = row.serves;
  return [{ update: row, serves: first }, ...more.map((serves) => ({ update: repeat ? row : undefined, serves }))];
}

export function renderInspection({ updates }: Pick<Inspection, 'updates'>, format: TableFormat, width?: Width): string {
  const lines = updates.flatMap((row) => linesOf(row, format !== 'table'));
  if (lines.length === 0 && format === 'table') return '';
  return renderTable(columns, lines, format, width);
}
