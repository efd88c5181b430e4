/** `inspect`: updates as a table, CSV, Markdown or iucode_tool's listing. */
import { formatOrigin } from '../../inputs/origin.ts';
import { type Column, renderTable, type TableFormat, type Width } from '../table.ts';
import type { FindingRow, ServedRow, UpdateRow } from '../update-row.ts';

export interface Inspection {
  readonly schema: 'ucodekit/inspect@2';
  readonly updates: readonly UpdateRow[];
  readonly findings: readonly FindingRow[];
}

export type InspectionFormat = TableFormat | 'iucode';

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
  const [first, ...more] = distinct(row.serves);
  return [{ update: row, serves: first }, ...more.map((serves) => ({ update: repeat ? row : undefined, serves }))];
}

const distinct = (rows: readonly ServedRow[]): ServedRow[] =>
  rows.filter(
    (row, i) =>
      rows.findIndex((other) => other.signature === row.signature && other.platformMask === row.platformMask) === i,
  );

export function renderInspection(
  { updates }: Pick<Inspection, 'updates'>,
  format: InspectionFormat,
  width?: Width,
): string {
  if (format === 'iucode') return iucodeListing(updates);
  const lines = updates.flatMap((row) => linesOf(row, format !== 'table'));
  if (lines.length === 0 && format === 'table') return '';
  return renderTable(columns, lines, format, width);
}

/** The listing of `iucode_tool -L`: Intel updates by file ("bundle"), every extended signature below its update. */
function iucodeListing(updates: readonly UpdateRow[]): string {
  const text: string[] = [];
  let bundle = 0;
  let entry = 0;
  let file: string | undefined;
  for (const { vendor, origin, date, size, revision, serves } of updates) {
    if (vendor !== 'intel') continue;
    const name = formatOrigin({ ...origin, offset: 0 });
    if (name !== file) {
      file = name;
      bundle++;
      entry = 0;
      text.push(`microcode bundle ${bundle}: ${name}\n`);
    }
    entry++;
    const details = ({ signature, platformMask }: ServedRow): string =>
      `sig ${signature}, pf_mask ${platformMask ?? '0x00'}, ${date}, rev ${shortRevision(revision)}`;
    const [main, ...extended] = serves;
    if (main !== undefined) text.push(`  ${number(bundle)}/${number(entry)}: ${details(main)}, size ${size}\n`);
    for (const row of extended) text.push(`           ${details(row)}\n`);
  }
  return text.join('');
}

const number = (value: number): string => String(value).padStart(3, '0');

/** iucode_tool prints revisions with at least four digits. */
const shortRevision = (revision: string): string => `0x${Number(revision).toString(16).padStart(4, '0')}`;
