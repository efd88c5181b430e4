import { describe, expect, test } from 'vitest';
import { concat, mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { lz4LegacyBlocks } from '../../../src/formats/lz4.ts';

const MAGIC = Uint8Array.of(0x02, 0x21, 0x4c, 0x18);
const block = (...bytes: readonly number[]): Uint8Array =>
  concat(Uint8Array.of(bytes.length, 0, 0, 0), Uint8Array.from(bytes));

/** "abc", five bytes from three back, then "xyz12". */
const SAMPLE = concat(MAGIC, block(0x31, 0x61, 0x62, 0x63, 3, 0, 0x50, 0x78, 0x79, 0x7a, 0x31, 0x32));

function expanded(bytes: Uint8Array): string {
  const blocks = lz4LegacyBlocks(bytes);
  let text = '';
  for (;;) {
    const { done, value } = blocks.next();
    if (done === true)
      return value.kind === 'end' ? `${text} -${value.end}` : `${text} (${value.damage}: ${value.reason})`;
    text += Buffer.from(value).toString('latin1');
  }
}

describe('a legacy lz4 stream', () => {
  test('repeats what it refers back to, also while it writes it', () => {
    expect(expanded(SAMPLE)).toBe(`abcabcabxyz12 -${SAMPLE.length}`);
  });

  test('may start again, and end in zeros', () => {
    expect(expanded(concat(SAMPLE, SAMPLE, new Uint8Array(7)))).toBe(
      `abcabcabxyz12abcabcabxyz12 -${2 * SAMPLE.length}`,
    );
  });

  test('ends before fewer than 4 bytes, and before 4 zeros', () => {
    expect(expanded(concat(SAMPLE, Uint8Array.of(1, 2, 3)))).toBe(`abcabcabxyz12 -${SAMPLE.length}`);
    expect(expanded(concat(SAMPLE, new Uint8Array(4), MAGIC))).toBe(`abcabcabxyz12 -${SAMPLE.length}`);
  });

  test.each([
    [
      'a match before the start',
      concat(MAGIC, block(0x11, 0x61, 2, 0, 0x50, 1, 2, 3, 4, 5)),
      'corrupt: at 8 a block of 10 bytes cannot be expanded',
    ],
    [
      'a match at distance 0',
      concat(MAGIC, block(0x11, 0x61, 0, 0, 0x50, 1, 2, 3, 4, 5)),
      'corrupt: at 8 a block of 10 bytes cannot be expanded',
    ],
    ['literals beyond the block', concat(MAGIC, block(0xf0, 255)), 'cut-off: at 8 a block of 2 bytes is cut off'],
    ['a block that is cut off', SAMPLE.subarray(0, -1), 'cut-off: at 8 a block of 12 bytes is cut off'],
    [
      'other bytes behind it',
      concat(SAMPLE, Buffer.from('0707')),
      'cut-off: at 24 a block of 925906736 bytes is cut off',
    ],
    ['a block larger than any', patched(SAMPLE, 7, [1]), 'cut-off: at 8 a block of 16777228 bytes is cut off'],
  ])('with %s is damaged', (_, bytes, reason) => {
    expect(expanded(bytes)).toContain(`(${reason})`);
  });

  test('mutated gives bytes or a reason', () => {
    const random = seeded(2);
    for (let i = 0; i < 200; i++) expect(typeof expanded(mutated(SAMPLE, random))).toBe('string');
  });
});
