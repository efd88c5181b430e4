import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zenPatch } from '../../../fixtures/amd.ts';
import { concat, seeded } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { candidatesReference, findCandidates } from '../../../src/formats/scan/candidates.ts';
import { rangeSums } from '../../../src/formats/scan/range-sums.ts';
import { sum32Reference } from '../../../src/bytes/sum32.ts';

const UPDATE = intelUpdate({ dataSize: 976 });
const PATCH = zenPatch(0x0a0011d7);

/** Pieces that stand next to each other at any alignment, starting anywhere in their buffer. */
const arbitraryBytes = fc
  .record({
    lead: fc.nat(7),
    pieces: fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 70 }),
        fc.constant(UPDATE.subarray(0, 48)),
        fc.constant(UPDATE),
        fc.constant(PATCH.subarray(0, 32)),
        fc.constantFrom(Uint8Array.of(1, 0, 0, 0), Uint8Array.of(0x80), new Uint8Array(21)),
      ),
      { maxLength: 12 },
    ),
  })
  .map(({ lead, pieces }) => concat(new Uint8Array(lead).fill(0xee), ...pieces).subarray(lead));

describe('the search for headers', () => {
  test('finds what looking at every byte finds', () => {
    fc.assert(
      fc.property(arbitraryBytes, (bytes) => {
        const [fast, slow] = [findCandidates(bytes), candidatesReference(bytes)];
        expect(fast).toEqual(slow);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test('finds a header at every alignment, and up to the last byte', () => {
    for (let lead = 0; lead < 16; lead++) {
      const bytes = concat(new Uint8Array(lead).fill(1), UPDATE.subarray(0, 48));
      const place = { offset: lead, dataSize: 976, size: 1024, contested: false };
      expect(findCandidates(bytes)).toEqual({ intel: [place], crowded: 0, amd: [] });
      expect(findCandidates(bytes.subarray(0, -1))).toEqual({ intel: [], crowded: 0, amd: [] });
      expect(findCandidates(concat(new Uint8Array(lead).fill(0x80), PATCH.subarray(0, 32))).amd).toEqual([lead]);
    }
  });
});

describe('headers that crowd each other', () => {
  const large = intelUpdate({ dataSize: (1 << 20) - 48 }).subarray(0, 48);
  const crowd = concat(...Array.from({ length: 100 }, () => large));

  test('are kept until they claim too much, then counted', () => {
    const { intel, crowded } = findCandidates(crowd);
    expect(intel.filter(({ contested }) => contested)).toHaveLength(16);
    expect(intel.at(-1)).toMatchObject({ offset: 99 * 48, contested: false });
    expect(crowded).toBe(100 - 16 - 1);
  });

  test('do not hide an update among them', () => {
    const { intel } = findCandidates(concat(crowd, UPDATE, crowd));
    expect(intel).toContainEqual({ offset: crowd.length, dataSize: 976, size: 1024, contested: false });
  });
});

describe('sums of ranges', () => {
  const random = seeded(5);
  const bytes = Uint8Array.from({ length: 5000 }, () => random() & 0xff);

  test.each([
    ['one by one', [0, 0, 0, 0]],
    ['by prefix sums', [1e6, 1e6, 1e6, 1e6]],
  ] as const)('are right %s, at any alignment', (_, demand) => {
    for (const lead of [0, 1, 3]) {
      const view = bytes.subarray(lead);
      const sums = rangeSums(view, demand);
      for (let i = 0; i < 500; i++) {
        const start = random() % (view.length - 4);
        const end = start + ((random() % (view.length - start)) & ~3);
        expect(sums.sum(start, end)).toBe(sum32Reference(view, start, end));
      }
    }
  });
});
