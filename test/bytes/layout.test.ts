import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { array, ascii, type Decoded, equals, raw, record, u16, u32, u64, u8 } from '../../src/bytes/layout.ts';

const SAMPLE = record('sample', 32, {
  version: u32(0, equals(1, 'sample/version')),
  kind: u16(4),
  flag: u8(6),
  names: ascii(8, 4),
  counts: array(u16, 12, 3),
  big: u64(18),
  rest: raw(26, 6),
});

describe('record', () => {
  test('derives the type of its value', () => {
    expectTypeOf<Decoded<typeof SAMPLE>['big']>().toEqualTypeOf<bigint>();
    expectTypeOf<Decoded<typeof SAMPLE>['counts']>().toEqualTypeOf<readonly number[]>();
  });

  test('refuses overlapping fields when it is declared', () => {
    expect(() => record('bad', 8, { a: u32(0), b: u32(2) })).toThrow(/bad: field b at 2/);
  });

  test('refuses a field that leaves the record', () => {
    expect(() => record('bad', 4, { a: u32(2) })).toThrow(RangeError);
  });

  test('has no value where the bytes end early', () => {
    expect(SAMPLE.decode(new Uint8Array(31))).toBeUndefined();
    expect(SAMPLE.decode(new Uint8Array(40), 9)).toBeUndefined();
    expect(SAMPLE.decode(new Uint8Array(40), -1)).toBeUndefined();
  });

  test('encode then decode is identity', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        bytes[7] = 0; // the one byte that no field covers
        const value = SAMPLE.decode(bytes);
        expect(value && SAMPLE.encode(value)).toEqual(bytes);
      }),
    );
  });

  test('names field, offset, expected and found of a broken constraint, and is silent otherwise', () => {
    const bytes = new Uint8Array(32);
    const bad = SAMPLE.decode(bytes);
    expect(bad && SAMPLE.violations(bad)).toEqual([
      { rule: 'sample/version', field: 'version', offset: 0, size: 4, expected: '0x1', found: '0x0' },
    ]);
    bytes[0] = 1;
    const good = SAMPLE.decode(bytes);
    expect(good && SAMPLE.violations(good)).toEqual([]);
  });
});
