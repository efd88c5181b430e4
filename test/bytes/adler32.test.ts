import { expect, test } from 'vitest';
import { adler32 } from '../../src/bytes/adler32.ts';

test('is 1 of nothing and 0x11e60398 of "Wikipedia"', () => {
  expect(adler32(new Uint8Array())).toBe(1);
  expect(adler32(Buffer.from('Wikipedia'))).toBe(0x11e6_0398);
});

test('reduces its sums in time: a byte-by-byte reduction gives the same for the largest bytes', () => {
  const bytes = new Uint8Array(100_000).fill(0xff);
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  expect(adler32(bytes)).toBe(high * 0x1_0000 + low);
});
