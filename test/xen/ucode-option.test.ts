import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRelease, SERIES, type XenRelease } from '../../src/xen/releases.ts';
import { parseCommandLine, parseUcodeValue, UCODE_START } from '../../src/xen/ucode-option.ts';

const xen = (name: string): XenRelease => {
  const release = parseRelease(name);
  if (release === undefined) throw new Error(`not a release: ${name}`);
  return release;
};

/** In the form of the recorded table. */
const recorded = (release: XenRelease, value: string): string => {
  const { state, rc } = parseUcodeValue(release, value);
  const flag = (on: boolean): number => (on ? 1 : 0);
  return `idx=${state.index} scan=${flag(state.scan)} nmi=${flag(state.nmi)} same=${flag(state.allowSame)} dig=${flag(state.digestCheck)} rc=${rc}`;
};

describe("the parser of each release answers as that release's own code did", () => {
  const rows = readFileSync(join(import.meta.dirname, '../data/xen/ucode-parse.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t') as [string, string, string]);

  test('99 recorded rows', () => expect(rows).toHaveLength(99));

  test.each(rows)('%s ucode=%s', (release, value, result) => {
    expect(recorded(xen(release), value === '<empty>' ? '' : value)).toBe(result);
  });
});

describe('releases differ', () => {
  test.each([
    // An unknown element takes the index away up to 4.21, and leaves it from 4.22 on.
    ['4.13', '2,allow-same', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.15', '2,allow-same', 'idx=2 scan=0 nmi=1 same=1 dig=1 rc=0'],
    ['4.21', '2,allow-same', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.22', '2,allow-same', 'idx=2 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.19.2', '2,digest-check=off', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.19.3', '2,digest-check=off', 'idx=2 scan=0 nmi=1 same=0 dig=0 rc=0'],
    ['4.20.1', '2,digest-check=off', 'idx=2 scan=0 nmi=1 same=0 dig=0 rc=0'],
    // An empty element is the integer 0 up to 4.21.
    ['4.19', 'scan,', 'idx=0 scan=1 nmi=1 same=0 dig=1 rc=0'],
    ['4.21', 'scan,', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=0'],
    ['4.22', 'scan,', 'idx=0 scan=1 nmi=1 same=0 dig=1 rc=-22'],
    // A value behind a negated name counts as if the name were not negated, until that became an error.
    ['4.16.1', 'no-scan=1', 'idx=0 scan=1 nmi=1 same=0 dig=1 rc=0'],
    ['4.16.2', 'no-scan=1', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.17', 'no-nmi=off', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    // Both stay active before 4.20.
    ['4.13', 'scan,2', 'idx=2 scan=1 nmi=1 same=0 dig=1 rc=0'],
    ['4.19', '2x', 'idx=2 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.22', '2x', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.9', '2x', 'idx=2 scan=0 nmi=1 same=0 dig=1 rc=0'],
    ['4.10', '2x', 'idx=2 scan=0 nmi=1 same=0 dig=1 rc=-22'],
    ['4.3', 'scan', 'idx=0 scan=0 nmi=1 same=0 dig=1 rc=0'],
    ['4.4', 'scanner', 'idx=0 scan=1 nmi=1 same=0 dig=1 rc=0'],
  ])('%s reads %s as %s', (release, value, result) => expect(recorded(xen(release), value)).toBe(result));

  test('with the integer or scan last, all list releases agree', () => {
    for (const value of ['nmi=0,2', 'no-nmi,-1', 'nmi,scan']) {
      const answers = new Set(SERIES.filter(({ minor }) => minor >= 13).map((release) => recorded(release, value)));
      expect(answers.size).toBe(1);
    }
  });

  test('a file named in xen.cfg overrides index and scan, but not nmi', () => {
    const forced = (release: string, value: string) => parseUcodeValue(xen(release), value, UCODE_START, true);
    expect(forced('4.17', '2,nmi=0,junk')).toEqual({
      state: { ...UCODE_START, nmi: false },
      rc: 0,
      printed: [],
      unknown: [],
    });
    expect(forced('4.22', 'scan,nmi=0').printed).toEqual(['Ignoring ucode=scan setting; overridden by EFI']);
    expect(forced('4.22', 'junk').rc).toBe(-22);
    expect(forced('4.4', 'scan').state).toEqual(UCODE_START);
  });
});

describe('the command line', () => {
  test('several words are read in order; from 4.20 on the later replaces the former', () => {
    expect(parseCommandLine(xen('4.20'), 'ucode=2 console=vga ucode=scan').state).toMatchObject({
      index: 0,
      scan: true,
    });
    expect(parseCommandLine(xen('4.19'), 'ucode=2 console=vga ucode=scan').state).toMatchObject({
      index: 2,
      scan: true,
    });
    expect(parseCommandLine(xen('4.22'), 'ucode=3', { builtIn: 'ucode=scan' }).state).toMatchObject({
      index: 3,
      scan: false,
    });
  });

  test('a word is cut at 127 characters', () => {
    const long = `ucode=${'0'.repeat(120)}17`;
    const [word] = parseCommandLine(xen('4.17'), long).words;
    expect(word?.cut).toBe(true);
    expect(word?.value).toBe(`${'0'.repeat(120)}1`);
    expect(parseCommandLine(xen('4.17'), `ucode=${'0'.repeat(119)}17`).words[0]?.cut).toBe(false);
  });

  test('text after " -- " belongs to dom0', () => {
    const line = parseCommandLine(xen('4.17'), 'console=vga -- ucode=scan');
    expect(line).toMatchObject({ words: [], dom0From: 11, state: UCODE_START });
    expect(parseCommandLine(xen('4.17'), 'console=vga --ucode=scan').dom0From).toBeUndefined();
  });

  test('a build that scans by default is switched off by ucode=0 and no-ucode', () => {
    const on = { scanDefault: true };
    expect(parseCommandLine(xen('4.21'), '', on).state.scan).toBe(true);
    expect(parseCommandLine(xen('4.20'), '', on).state.scan).toBe(false);
    expect(parseCommandLine(xen('4.21'), 'ucode=0', on).state.scan).toBe(false);
    expect(parseCommandLine(xen('4.22'), 'no-ucode', on)).toMatchObject({
      state: { scan: true },
      printed: ['parameter "ucode" has invalid value "no", rc=-22!'],
    });
    expect(parseCommandLine(xen('4.22'), 'no-ucode=1').printed).toEqual([
      'parameter "no-ucode" has invalid value "1", rc=-22!',
    ]);
  });

  test('the console line of a bad value stands in 4.10 and later only', () => {
    const line = 'parameter "ucode" has invalid value "+2", rc=-22!';
    expect(parseCommandLine(xen('4.10'), 'ucode=+2').printed).toEqual([line]);
    expect(parseCommandLine(xen('4.9'), 'ucode=+2').printed).toEqual([]);
  });
});

test('numbers wrap as an int does', () => {
  expect(parseUcodeValue(xen('4.17'), '0xffffffff').state.index).toBe(-1);
  expect(parseUcodeValue(xen('4.17'), '4294967298').state.index).toBe(2);
  expect(parseUcodeValue(xen('4.17'), '-2147483649').state.index).toBe(2147483647);
});

test('any value gives an answer on every release, in bounded time', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc
      .array(
        fc.constantFrom('scan', '2', '-1', ',', '=', 'nmi', 'no-', 'allow-same', 'digest-check', '0x', 'x', 'off'),
        {
          maxLength: 40,
        },
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(value, fc.constantFrom(...SERIES), (text, release) => {
      const { state, rc, unknown } = parseUcodeValue(release, text);
      expect(Number.isInteger(state.index) && state.index === (state.index | 0)).toBe(true);
      expect(rc === 0 || unknown.length > 0).toBe(true);
    }),
  );
});

test.each([
  ['4.17', 17, 0, '4.17'],
  ['4.17.5-1', 17, 5, '4.17.5'],
  ['xen-4.20', 20, 0, '4.20'],
  ['4.23-dev', 23, 0, '4.23'],
])('%s names a release', (text, minor, point, name) => expect(parseRelease(text)).toEqual({ minor, point, name }));

test('a distribution counts commits behind the point, and the word came with one of them', () => {
  expect(parseRelease('4.17.5+23-ga4e5191dc0-1')).toEqual({ minor: 17, point: 5, ahead: 23, name: '4.17.5+23' });
  const state = (release: string) => {
    const found = parseRelease(release);
    return found === undefined ? undefined : parseCommandLine(found, 'x ucode=digest-check=no,scan').state.digestCheck;
  };
  expect(['4.17.5', '4.17.5+27', '4.17.5+28', '4.17.6'].map(state)).toEqual([true, true, false, false]);
});

test.each(['4.1', '4.24', '5.0', '4', '4.x', ''])('%s names none', (text) =>
  expect(parseRelease(text)).toBeUndefined(),
);
