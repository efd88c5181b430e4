import { describe, expect, test } from 'vitest';
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

describe('at a terminal', () => {
  const text: readonly Column<readonly [string, string]>[] = [
    { title: 'ID', value: ([id]) => id },
    { title: 'ABOUT', value: ([, about]) => about },
  ];

  test('a table that fits is left alone', () => {
    expect(renderTable(COLUMNS, ROWS, 'table', 20)).toBe(renderTable(COLUMNS, ROWS, 'table'));
  });

  test('the widest column of words is wrapped, at blanks', () => {
    expect(
      renderTable(
        text,
        [
          ['a', 'some words that are too many'],
          ['b', 'few'],
        ],
        'table',
        24,
      ),
    ).toBe('ID  ABOUT\na   some words that are\n    too many\nb   few\n');
  });

  test('what has no blanks is cut where the column ends, and nothing is lost', () => {
    const path = '/lib/firmware/intel-ucode/06-9a-04.initramfs';
    const lines = renderTable(text, [['a', path]], 'table', 30)
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(lines.map((line) => line.length)).toEqual([30, 22]);
    expect(lines.map((line) => line.slice(4)).join('')).toBe(path);
  });

  test('a narrow column of several words is wrapped before anything overflows', () => {
    const lines = renderTable(text, [['0x40 -> 0x80', 'x'.repeat(40)]], 'table', 17).split('\n');
    expect(lines.slice(1, 3)).toEqual([`0x40 ->  ${'x'.repeat(8)}`, `0x80     ${'x'.repeat(8)}`]);
  });

  test('a path is cut behind a joint', () => {
    const lines = renderTable(text, [['a', 'early.img!kernel/x86/microcode/AuthenticAMD.bin']], 'table', 24).split(
      '\n',
    );
    expect(lines.slice(1, -1).map((line) => line.slice(4))).toEqual([
      'early.img!kernel/',
      'x86/microcode/',
      'AuthenticAMD.bin',
    ]);
  });

  test('columns of numbers and narrow ones keep their width', () => {
    const [, first] = renderTable(COLUMNS, [{ name: 'x'.repeat(40), size: 12345 }], 'table', 10).split('\n');
    expect(first).toBe(`${'x'.repeat(8)} 12345`);
    const [, narrow] = renderTable(COLUMNS, [{ name: 'x'.repeat(16), size: 12345 }], 'table', 10).split('\n');
    expect(narrow).toBe(`${'x'.repeat(16)} 12345`);
  });

  test('other formats are never fitted', () => {
    for (const format of ['csv', 'markdown'] as const)
      expect(renderTable(COLUMNS, ROWS, format, 10)).toBe(renderTable(COLUMNS, ROWS, format));
  });
});
