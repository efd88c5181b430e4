import { describe, expect, test } from 'vitest';
import { mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { fitImage } from '../../../fixtures/fit.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { fitFindings, parseFit } from '../../../src/formats/fit.ts';

const UPDATE = intelUpdate();
const IMAGE = fitImage({
  slots: [0x1000, 0x2000, 0x3000],
  types: [2, 7],
  contents: [
    { offset: 0x1000, bytes: UPDATE },
    { offset: 0x3000, bytes: new Uint8Array(16) },
    { offset: 0x4000, bytes: UPDATE },
  ],
});
const FOUND = [0x1000, 0x4000];

const said = (image: Uint8Array, found: readonly number[] = []): string[] => {
  const fit = parseFit(image);
  return fit === undefined ? [] : fitFindings(fit, found).map(({ rule, message }) => `${rule}: ${message}`);
};
const rules = (image: Uint8Array): string[] => said(image).map((line) => line.split(':')[0] ?? '');

describe('a firmware interface table', () => {
  test('is found by the pointer, with the slots in it', () => {
    expect(parseFit(IMAGE)).toEqual({
      offset: 0x8000,
      rows: 6,
      slots: [
        { row: 1, address: 0xffff1000n, offset: 0x1000, empty: false },
        { row: 2, address: 0xffff2000n, offset: 0x2000, empty: true },
        { row: 3, address: 0xffff3000n, offset: 0x3000, empty: false },
      ],
      findings: [],
    });
  });

  test('says what it references, which slots are empty and which updates are orphans', () => {
    expect(said(IMAGE, FOUND)).toEqual([
      'fit/table: a table of 6 rows references 1 updates; 1 of its slots are empty',
      'fit/referenced: row 1 references the update at byte 4096',
      'fit/empty-slot: row 2 references an empty slot at byte 8192',
      'fit/dangling: row 3 references 0xffff3000, where no whole update is',
      'fit/orphan: the update at byte 16384 is not referenced',
    ]);
  });

  test('without a pointer to it is a decoy', () => {
    expect(parseFit(patched(IMAGE, IMAGE.length - 0x40, [0, 0, 0, 0]))).toBeUndefined();
    expect(parseFit(new Uint8Array(0))).toBeUndefined();
    expect(parseFit(new Uint8Array(0x1000))).toBeUndefined();
  });

  test('with a wrong checksum, wrong order or too many rows says so', () => {
    expect(rules(patched(IMAGE, 0x8000 + 15, [1]))).toContain('fit/checksum');
    expect(rules(fitImage({ types: [7, 2] }))).toContain('fit/order');
    expect(rules(fitImage({ rows: 0xffff }))).toContain('fit/truncated');
    expect(rules(IMAGE)).not.toContain('fit/checksum');
    expect(rules(IMAGE)).not.toContain('fit/order');
    expect(rules(IMAGE)).not.toContain('fit/truncated');
  });

  test('references outside of the image lead nowhere', () => {
    expect(said(fitImage({ slots: [-0x1000] }))).toContain(
      'fit/dangling: row 1 references 0xfffef000, where no whole update is',
    );
  });

  test('with very many orphans names some and counts the rest', () => {
    const lines = said(
      IMAGE,
      Array.from({ length: 1000 }, (_, i) => i * 16 + 1),
    );
    expect(lines.filter((line) => line.startsWith('fit/orphan'))).toHaveLength(256);
    expect(lines.at(-1)).toBe('input/more-findings: 744 more findings of fit/orphan are left out');
  });

  test('mutated gives a table or none, never an exception', () => {
    const random = seeded(8);
    for (let i = 0; i < 2000; i++) {
      const fit = parseFit(mutated(IMAGE, random));
      expect(fit === undefined || fitFindings(fit, FOUND).length > 0).toBe(true);
    }
  });
});
