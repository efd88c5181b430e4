import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { seeded } from '../../../fixtures/bytes.ts';
import { parseIntelDat, writeIntelDat } from '../../../src/formats/intel-dat.ts';
import { parseIntelFile } from '../../../src/formats/intel/update.ts';
import { intelFolder, program } from '../../support/debian.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const UPDATE = intelUpdate();
const WORDS = Array.from(new Uint32Array(UPDATE.slice().buffer));
const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

/** The words of the update as text: how a word is written, how many a line, and what stands between and behind them. */
function written(
  options: {
    readonly word?: (word: number) => string;
    readonly perLine?: number;
    readonly between?: string;
    readonly lineEnd?: string;
    readonly words?: readonly number[];
  } = {},
): string {
  const { word = hex, perLine = 4, between = ', ', lineEnd = ',\n', words = WORDS } = options;
  const lines: string[] = [];
  for (let i = 0; i < words.length; i += perLine) {
    lines.push(
      words
        .slice(i, i + perLine)
        .map(word)
        .join(between) + lineEnd,
    );
  }
  return lines.join('');
}

const STD = written();

/** The first line of the standard text behind its first word, edited. */
const afterFirstWord = (text: string): string => STD.replace(/^(0x\w{8}), /, `$1${text}`);

/** The texts behind the rows of dat-matrix.txt, by the rows' names. */
const TEXTS: Readonly<Record<string, string>> = {
  std: STD,
  'hdr comment': `/* banner */\n${STD}`,
  'slash only line': `/\n${STD}`,
  CRLF: written({ lineEnd: ',\r\n' }),
  tabs: written({ between: ',\t' }),
  'no trailing comma': written({ lineEnd: '\n' }),
  'spaces only as separators': written({ between: ' ', lineEnd: '\n' }),
  'comma only no space': written({ between: ',' }),
  'double comma': afterFirstWord(',, '),
  'leading comma': `,${STD}`,
  'space before comma': written({ between: ' , ' }),
  decimal: written({ word: String }),
  octal: written({ word: (word) => `0${word.toString(8)}` }),
  'uppercase 0X': written({ word: (word) => hex(word).toUpperCase() }),
  'short hex 0x1': written({ word: (word) => `0x${word.toString(16)}` }),
  'no 0x': written({ word: (word) => hex(word).slice(2) }),
  'one per line': written({ perLine: 1 }),
  '8 per line': written({ perLine: 8 }),
  'all on one line (3KB)': written({ perLine: WORDS.length }),
  'blank lines': STD.replaceAll('\n', '\n\n'),
  indent: STD.replaceAll(/^/gm, '  '),
  'trailing comment after comma': afterFirstWord(', /* x */\n'),
  'trailing comment directly after comma': afterFirstWord(',/* x */\n'),
  'trailing comment directly after number': afterFirstWord('/* x */\n'),
  'trailing comment after number+space': afterFirstWord(' /* x */\n'),
  'hash comment': `# x\n${STD}`,
  'semicolon comment': `; x\n${STD}`,
  'multiline C comment w/o slash': `/* x\n * y */\n${STD}`,
  'multiline C comment continuation starting with /': `/* x\n/ y */\n${STD}`,
  'no EOL at end': STD.slice(0, -1),
  'NUL in line': STD.replace(/^((?:.*\n){2}.{8})/, '$1\0'),
  'value > 32 bit': STD.replace('0x00000001', '0x100000001'),
  'negative -1 prepended': `-1, ${STD}`,
  'plus sign': `+${STD}`,
  '9 hex digits': STD.replace('0x00000001', '0x000000001'),
  'C array wrapper': `unsigned int x[] = {\n${STD}};\n`,
  'inc format dd 0..h': written({
    word: (word) => `dd 0${word.toString(16).padStart(8, '0')}h`,
    perLine: 1,
    lineEnd: '\n',
  }),
  'brace close': `${STD}}\n`,
  empty: '',
  'only comments': '/* x */\n',
  BOM: `\u{feff}${STD}`,
  '255 words': written({ words: WORDS.slice(0, 255) }),
  'two concatenated': STD + STD,
  'form feed/vt sep': written({ between: ',\f\v' }),
};

interface Row {
  readonly name: string;
  readonly accepted: boolean;
  readonly line: number | undefined;
}

const ROWS: readonly Row[] = readFileSync(join(import.meta.dirname, '../../data/intel/dat-matrix.txt'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((row) => {
    const [, name = '', status = '', rest = ''] = /^(.*?)\s+rc=(\d+)(.*)$/.exec(row) ?? [];
    return { name, accepted: status === '0', line: Number(/line (\d+)/.exec(rest)?.[1] ?? Number.NaN) };
  });

const encoded = (name: string): Uint8Array => Buffer.from(TEXTS[name] ?? '', 'utf8');

describe('the measured tolerance of iucode_tool', () => {
  test('has a text for every row', () => {
    expect(Object.keys(TEXTS).sort()).toEqual(ROWS.map(({ name }) => name).sort());
  });

  test.each(ROWS.filter(({ accepted }) => accepted))('accepts: $name', ({ name }) => {
    const { bytes, findings } = parseIntelDat(encoded(name));
    expect(findings).toEqual([]);
    const copies = name === 'two concatenated' ? 2 : name === 'empty' || name === 'only comments' ? 0 : 1;
    expect(Buffer.compare(bytes, Buffer.concat(Array.from({ length: copies }, () => UPDATE)))).toBe(0);
  });

  test.each(ROWS.filter(({ accepted }) => !accepted))('refuses with line and reason: $name', ({ name, line }) => {
    const { bytes, findings } = parseIntelDat(encoded(name));
    expect(bytes).toHaveLength(0);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toMatch(new RegExp(`^line ${line}: .+, expected .+`));
  });

  test('is that of the installed tool, row by row', (context) => {
    const tool = program(context, 'iucode_tool');
    const path = join(temporaryFolder(), 't.dat');
    const verdicts = ROWS.map(({ name }) => {
      writeFileSync(path, encoded(name));
      return { name, accepted: spawnSync(tool, ['-L', path]).status === 0 };
    });
    expect(verdicts).toEqual(ROWS.map(({ name, accepted }) => ({ name, accepted })));
  });

  test('and of texts with random edits, the same bytes come out', (context) => {
    const tool = program(context, 'iucode_tool');
    const folder = temporaryFolder();
    const random = seeded(7);
    const inserts = ['0', '/', ',', ' ', '\n', '+', 'x', '0x', '08', '\r', ', ,', ',/', ' /', '4294967296,', '#'];
    for (let i = 0; i < 60; i++) {
      const at = random() % (STD.length - 40);
      const cut = random() % 3;
      const text = STD.slice(0, at) + (inserts[random() % inserts.length] ?? '') + STD.slice(at + cut);
      writeFileSync(join(folder, 't.dat'), text);
      const { status, stderr } = spawnSync(tool, ['-L', join(folder, 't.dat')], { encoding: 'utf8' });
      const refused = status !== 0 && stderr.includes('invalid file format') && /line \d+/.test(stderr);
      const ours = parseIntelDat(Buffer.from(text)).findings;
      expect({ text: text.slice(at - 20, at + 20), refused }).toEqual({
        text: text.slice(at - 20, at + 20),
        refused: ours.length > 0,
      });
    }
  });
});

describe('the length of a line', () => {
  test.each<[string, string, boolean]>([
    ['a comment of any length', `${'/'.repeat(5000)}\n${STD}`, true],
    ['a comment with a NUL', `/\0\n${STD}`, true],
    ['2046 blanks', `${' '.repeat(2046)}\n${STD}`, true],
    ['2047 blanks', `${' '.repeat(2047)}\n${STD}`, false],
    ['2043 blanks and a comment of 4', `${' '.repeat(2043)}/xxx\n${STD}`, true],
    ['2044 blanks and a comment of 4', `${' '.repeat(2044)}/xxx\n${STD}`, false],
    ['2047 blanks at the end', `${STD}${' '.repeat(2047)}`, true],
    ['2048 blanks at the end', `${STD}${' '.repeat(2048)}`, false],
  ])('%s', (_, text, accepted) => {
    expect(parseIntelDat(Buffer.from(text)).findings.length === 0).toBe(accepted);
  });
});

describe('our text', () => {
  test('reads back to the same bytes', () => {
    const bytes = Buffer.concat([UPDATE, intelUpdate({ dataSize: 0 }), intelUpdate({ dataSize: 1052, body: 3 })]);
    expect(Buffer.compare(parseIntelDat(writeIntelDat(parseIntelFile(bytes).updates)).bytes, bytes)).toBe(0);
  });

  test('is read by iucode_tool as the same updates', (context) => {
    const tool = program(context, 'iucode_tool');
    const folder = intelFolder(context);
    const names = readdirSync(folder).sort().slice(0, 40);
    const bytes = Buffer.concat(names.map((name) => readFileSync(join(folder, name))));
    const [binary, text] = ['all.bin', 'all.dat'].map((name) => join(temporaryFolder(), name));
    writeFileSync(binary ?? '', bytes);
    writeFileSync(text ?? '', writeIntelDat(parseIntelFile(bytes).updates));
    const listed = (path: string | undefined): string =>
      execFileSync(tool, ['-L', path ?? ''], { encoding: 'utf8' })
        .split('\n')
        .slice(1)
        .join('\n');
    expect(listed(text)).toBe(listed(binary));
    expect(listed(text)).toContain('sig 0x');
  });
});
