import { describe, expect, test } from 'vitest';
import { isSelected, parseFilter, parseNumber } from '../../../src/bundle/select/filter.ts';
import { Failure } from '../../../src/findings/failure.ts';

const candidate = (revision: number, platformMask = 0x80, signature = 0x906a4) => ({
  signature,
  platformMask,
  revision,
});
const selects = (filters: readonly string[], ...args: Parameters<typeof candidate>): boolean =>
  isSelected(filters.map(parseFilter), candidate(...args));

describe('the selection language', () => {
  test('without filters everything is selected', () => {
    expect(selects([], 1)).toBe(true);
  });

  test('a filter selects its signature and nothing else', () => {
    expect(selects(['0x906a4'], 1)).toBe(true);
    expect(selects(['0x906a4'], 1, 0x80, 0x906a3)).toBe(false);
  });

  test('a negated filter takes away from everything', () => {
    expect(selects(['!0x906a4'], 1)).toBe(false);
    expect(selects(['!0x906a4'], 1, 0x80, 0x906a3)).toBe(true);
    expect(selects(['!0x906a4,,gt:0x10'], 0x10)).toBe(true);
    expect(selects(['!0x906a4,,gt:0x10'], 0x11)).toBe(false);
  });

  test('a bare ! starts from nothing', () => {
    expect(selects(['!'], 1)).toBe(false);
    expect(selects(['!', '0x906a4'], 1)).toBe(true);
  });

  test('masks intersect, and platform bits are added and taken away one by one', () => {
    expect(selects(['0x906a4,0x80'], 1, 0xc0)).toBe(true);
    expect(selects(['0x906a4,0x01'], 1, 0xc0)).toBe(false);
    expect(selects(['0x906a4', '!0x906a4,0x80'], 1, 0x80)).toBe(false);
    expect(selects(['0x906a4', '!0x906a4,0x80'], 1, 0xc0)).toBe(true);
  });

  test('a mask never selects an update without platforms', () => {
    expect(selects(['0x906a4'], 1, 0)).toBe(true);
    expect(selects(['0x906a4,0xff'], 1, 0)).toBe(false);
  });

  test('revisions compare signed', () => {
    expect(selects(['0x906a4,,lt:0'], 0x8000_0020)).toBe(true);
    expect(selects(['0x906a4,0x80,0x80000020'], 0x8000_0020)).toBe(true);
    expect(selects(['0x906a4,0x80,-0x7fffffe0'], 0x8000_0020)).toBe(true);
    expect(selects(['0x906a4,,gt:0x10'], 0x8000_0020)).toBe(false);
  });

  test('the last matching filter decides', () => {
    expect(selects(['0x906a4', '!0x906a4'], 1)).toBe(false);
    expect(selects(['!0x906a4', '0x906a4'], 1)).toBe(true);
  });
});

describe('numbers', () => {
  test.each([
    ['0x906a4', 0x906a4],
    ['010', 8],
    ['0', 0],
    ['-1', 0xffff_ffff],
    ['4294967295', 0xffff_ffff],
  ])('%s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  test.each(['', '906a4', '0x', '08', '4294967296', '1e3', ' 1', '0x1 '])('%j is none', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});

test.each(['', '0', '0x906a4,', '0x906a4,0x100', '0x906a4,,', '0x906a4,,ge:1', '0x906a4,1,2,3', '!,1', 'all'])(
  '%j is refused with the reason',
  (text) => {
    expect(() => parseFilter(text)).toThrow(Failure);
  },
);
