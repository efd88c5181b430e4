/** Tables as text for a terminal, as CSV (RFC 4180) and as Markdown. Pure: rows in, text out. */
import { printable } from './printable.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'right';
}

/** The columns of characters that a terminal has; undefined where the text goes elsewhere, which nothing is fitted to. */
export type Width = number | undefined;

export type TableFormat = 'table' | 'csv' | 'markdown';

/** The rows in the wanted format, ending in a newline; a table without rows has its head only. Only a text table is fitted to `width`. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  format: TableFormat,
  width?: Width,
): string {
  const cells = rows.map((row) => columns.map(({ value }) => value(row)));
  switch (format) {
    case 'table':
      return textTable(
        columns,
        cells.map((row) => row.map(printable)),
        width,
      );
    case 'csv':
      return [columns.map(({ title }) => title), ...cells].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
    case 'markdown':
      return markdownTable(columns, cells);
  }
}

type Cells = readonly (readonly string[])[];
type Heads = readonly Pick<Column<never>, 'title' | 'align'>[];

function textTable(heads: Heads, cells: Cells, width: Width): string {
  const lines = [heads.map(({ title }) => title), ...cells];
  const natural = heads.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const floors = heads.map((head, i) =>
    floorOf(
      head,
      natural[i] ?? 0,
      lines.map((line) => line[i] ?? ''),
    ),
  );
  const widths = width === undefined ? natural : fitted(floors, natural, width);
  const gap = width === undefined || lineWidth(widths, GAP) <= width ? GAP : NARROW_GAP;
  const pad = (text: string, i: number): string =>
    heads[i]?.align === 'right' ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  return lines
    .map((line) => line.map((text, i) => wrapped(text, widths[i] ?? text.length)))
    .flatMap((columns) =>
      Array.from({ length: Math.max(...columns.map((parts) => parts.length)) }, (_, at) =>
        columns.map((parts) => parts[at] ?? ''),
      ),
    )
    .map((line) => `${line.map(pad).join(gap).trimEnd()}\n`)
    .join('');
}

const GAP = '  ';
/** Where a line fits no other way: a terminal would break it inside a cell. */
const NARROW_GAP = ' ';

/** A column is one of paths or sentences when it is wider than this. */
const WORDS = 16;
/** Those are not made narrower than this. */
const NARROWEST = 8;

/** How narrow a column may be made: one of numbers stays as it is, one of single values as wide as the longest of them. */
function floorOf({ align }: Heads[number], natural: number, cells: readonly string[]): number {
  if (align === 'right') return natural;
  return natural > WORDS ? NARROWEST : Math.max(...cells.flatMap((cell) => cell.split(' ')).map((word) => word.length));
}

const lineWidth = (widths: readonly number[], gap: string): number =>
  widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1);

/** The widths with the widest columns made narrower, by turns, until the line fits or none can give way. */
function fitted(floors: readonly number[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  const gives = (i: number): boolean => (widths[i] ?? 0) > (floors[i] ?? 0);
  let over = lineWidth(widths, GAP) - width;
  for (; over > 0; over--) {
    const widest = widths.reduce((best, one, i) => (gives(i) && one > (widths[best] ?? 0) ? i : best), -1);
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Where a path or an origin may be cut, behind the character: `early.img!` `kernel/` `x86/`. */
const JOINTS = ['/', '!'];

/** The text in pieces of at most `width` characters, ended at blanks where there are any, else behind a joint. */
function wrapped(text: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const joint = Math.max(...JOINTS.map((one) => rest.lastIndexOf(one, width - 1))) + 1;
    const end = blank > 0 ? blank : joint > 0 ? joint : width;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, rest];
}

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function markdownTable(heads: Heads, cells: Cells): string {
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const rule = heads.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [heads.map(({ title }) => title), rule, ...cells].map(line).join('');
}
