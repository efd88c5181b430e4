import { describe, expect, test } from 'vitest';
import { ar } from '../../../fixtures/archives.ts';
import { mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { arMembers, type ArStep } from '../../../src/formats/ar.ts';

const ODD = { name: 'odd', bytes: Buffer.from('123') };
const EVEN = { name: 'even/', bytes: Buffer.from('1234') };
const ARCHIVE = ar(ODD, EVEN);

const steps = (bytes: Uint8Array): string[] =>
  [...arMembers(bytes)].map((step: ArStep) =>
    step.kind === 'member'
      ? `${step.name} at ${step.offset}, ${step.size} bytes`
      : `${step.finding.rule} at ${step.finding.offset}: ${step.finding.message}`,
  );

describe('an ar archive', () => {
  test('gives its members, padded to even offsets, without the slash of GNU ar', () => {
    expect(steps(ARCHIVE)).toEqual(['odd at 68, 3 bytes', 'even at 132, 4 bytes']);
  });

  test('that is cut off in a member gives what is there', () => {
    expect(steps(ARCHIVE.subarray(0, -1))).toEqual([
      'odd at 68, 3 bytes',
      'archive/truncated at 72: member even needs 4 bytes, 3 are left',
      'even at 132, 3 bytes',
    ]);
  });

  test('that is cut off in a header ends there', () => {
    expect(steps(ARCHIVE.subarray(0, 100))).toEqual([
      'odd at 68, 3 bytes',
      'archive/truncated at 72: a member header needs 60 bytes, 28 are left',
    ]);
  });

  test('with a damaged header ends there', () => {
    expect(steps(patched(ARCHIVE, 72 + 58, [0]))[1]).toContain('archive/damaged at 130');
    expect(steps(patched(ARCHIVE, 72 + 48, [0x78]))[1]).toBe(
      'archive/damaged at 120: the ar archive is damaged: size of a member header is "x"',
    );
  });

  test('mutated gives members inside the bytes or findings', () => {
    const random = seeded(2);
    for (let i = 0; i < 2000; i++) {
      const bytes = mutated(ARCHIVE, random);
      const ends = [...arMembers(bytes)].map((step) => (step.kind === 'member' ? step.offset + step.size : 0));
      expect(Math.max(0, ...ends)).toBeLessThanOrEqual(bytes.length);
    }
  });
});
