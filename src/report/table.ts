/** Tables as text for a terminal, as CSV (RFC 4180) and as Markdown. Pure: rows in, text out. */

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'right';
}

export type TableFormat = 'table' | 'csv' | 'markdown';

/** The rows in the wanted format, ending in a newline; a table without rows has its head only. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], format: TableFormat): string {
  const cells = rows.map((row) => columns.map(({ value }) => value(row)));
  switch (format) {
    case 'table':
      return textTable(columns, cells);
    case 'csv':
      return [columns.map(({ title }) => title), ...cells].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
    case 'markdown':
      return markdownTable(columns, cells);
  }
}

type Cells = readonly (readonly string[])[];
type Heads = readonly Pick<Column<never>, 'title' | 'align'>[];

function textTable(heads: Heads, cells: Cells): string {
  const lines = [heads.map(({ title }) => title), ...cells];
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const pad = (text: string, i: number): string =>
    heads[i]?.align === 'right' ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  return lines.map((line) => `${line.map(pad).join('  ').trimEnd()}\n`).join('');
}

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function markdownTable(heads: Heads, cells: Cells): string {
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const rule = heads.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [heads.map(({ title }) => title), rule, ...cells].map(line).join('');
}
