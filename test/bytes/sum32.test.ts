import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sum32, sum32Reference } from '../../src/bytes/sum32.ts';
import { sumInPlace, summingMemory } from '../../src/bytes/summing-memory.ts';

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

test('the sum in place equals the reference at every alignment and length, also after the memory has grown', () => {
  const memory = summingMemory();
  if (memory === undefined) throw new Error('every supported Node has vector instructions');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), fc.nat(200), fc.nat(1000), (content, start, length) => {
      const bytes = memory.room(content.length + start);
      bytes.set(content, start);
      const to = Math.min(start + length, start + content.length);
      expect(sum32(bytes, start, to)).toBe(sum32Reference(bytes, start, to));
    }),
    { numRuns: 2000 },
  );
  const before = memory.room(1);
  const after = memory.room(before.length + 1);
  after.fill(1, 0, 128);
  expect(sumInPlace(after.buffer, 0, 128)).toBe((0x01010101 * 32) | 0);
  expect(sum32(after, 1, 129)).toBe(sum32Reference(after, 1, 129));
});

test('bytes elsewhere are not summed in place', () => {
  expect(sumInPlace(new ArrayBuffer(128), 0, 128)).toBeUndefined();
});
