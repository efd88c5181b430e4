import { describe, expect, test } from 'vitest';
import { pe } from '../../../fixtures/archives.ts';
import { mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { parsePe } from '../../../src/formats/pe.ts';

const IMAGE = pe({ name: '.text', bytes: new Uint8Array(600) }, { name: '.ucode', bytes: new Uint8Array(100) });
const rules = (bytes: Uint8Array): string[] => parsePe(bytes).findings.map(({ message }) => message);

/** Where the row of section `index` stands. */
const row = (index: number): number => 0x80 + 24 + index * 40;

describe('a PE image', () => {
  test('gives its sections with the bytes that are used', () => {
    expect(parsePe(IMAGE)).toMatchObject({
      layout: null,
      sections: [
        { name: '.text', offset: 1024, size: 600 },
        { name: '.ucode', offset: 2048, size: 100 },
      ],
      findings: [],
    });
  });

  test('gives the size in the file for a section whose size in memory is 0, and leaves out empty ones', () => {
    expect(parsePe(patched(IMAGE, row(1) + 8, [0, 0])).sections[1]?.size).toBe(512);
    expect(parsePe(patched(IMAGE, row(1) + 16, [0, 0])).sections).toHaveLength(1);
  });

  test('that is cut off says where', () => {
    expect(rules(IMAGE.subarray(0, 2100))).toEqual(['section .ucode needs 100 bytes, 52 are left']);
    expect(rules(IMAGE.subarray(0, row(1) + 10))).toContain('the section table needs 40 bytes, 10 are left');
    expect(rules(IMAGE.subarray(0, 0x81))).toEqual(['the PE header needs 24 bytes, 1 are left']);
  });

  test('mutated gives sections inside the bytes or findings', () => {
    const random = seeded(2);
    for (let i = 0; i < 2000; i++) {
      const bytes = mutated(IMAGE, random);
      for (const { offset, size } of parsePe(bytes).sections) {
        expect(offset + size).toBeLessThanOrEqual(bytes.length);
      }
    }
  });
});
