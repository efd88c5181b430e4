import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sum32, sum32Reference } from '../../src/bytes/sum32.ts';

test('the fast sum equals the reference at every alignment and length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), fc.nat(200), (bytes, start, length) => {
      const from = Math.min(start, bytes.length);
      const to = Math.min(from + length, bytes.length);
      expect(sum32(bytes, from, to)).toBe(sum32Reference(bytes, from, to));
    }),
    { numRuns: 2000 },
  );
});

test('words are little-endian and wrap at 2^32', () => {
  expect(sum32(new Uint8Array([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0]))).toBe(0x100);
});
