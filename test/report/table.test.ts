import { expect, test } from 'vitest';
import { type Column, renderTable } from '../../src/report/table.ts';

interface Row {
  readonly name: string;
  readonly size: number;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'SIZE', value: ({ size }) => String(size), align: 'right' },
];
const ROWS: readonly Row[] = [
  { name: 'a|b', size: 5 },
  { name: 'say "x", then', size: 12345 },
];

test('text columns are as wide as their widest cell', () => {
  expect(renderTable(COLUMNS, ROWS, 'table')).toBe(
    'NAME            SIZE\na|b                5\nsay "x", then  12345\n',
  );
});

test('CSV quotes what has to be quoted', () => {
  expect(renderTable(COLUMNS, ROWS, 'csv')).toBe('NAME,SIZE\r\na|b,5\r\n"say ""x"", then",12345\r\n');
});

test('Markdown escapes bars and aligns numbers', () => {
  expect(renderTable(COLUMNS, ROWS, 'markdown')).toBe(
    '| NAME | SIZE |\n| --- | ---: |\n| a\\|b | 5 |\n| say "x", then | 12345 |\n',
  );
});

test('without rows the head stands alone', () => {
  expect(renderTable(COLUMNS, [], 'table')).toBe('NAME  SIZE\n');
});
