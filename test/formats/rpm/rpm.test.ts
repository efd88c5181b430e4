import { describe, expect, test } from 'vitest';
import { rpm } from '../../../fixtures/archives.ts';
import { mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { rpmPayload } from '../../../src/formats/rpm.ts';

const PAYLOAD = Buffer.from('payload');
const PACKAGE = rpm(PAYLOAD);

describe('an RPM package', () => {
  test('has its payload behind signature, padding and header', () => {
    const { offset, findings } = rpmPayload(PACKAGE);
    expect(findings).toEqual([]);
    expect(Buffer.from(PACKAGE.subarray(offset)).toString()).toBe('payload');
  });

  test('that is cut off before the payload says so', () => {
    expect(rpmPayload(PACKAGE.subarray(0, 100)).findings[0]?.message).toBe(
      'the signature of the rpm package needs 16 bytes, 4 are left',
    );
    expect(rpmPayload(PACKAGE.subarray(0, PACKAGE.length - 10)).findings[0]?.rule).toBe('archive/truncated');
  });

  test('with a wrong magic is damaged', () => {
    const { offset, findings } = rpmPayload(patched(PACKAGE, 96, [0]));
    expect(offset).toBeUndefined();
    expect(findings.map(({ message }) => message)).toEqual([
      'the rpm package is damaged: the magic of its signature is wrong',
    ]);
  });

  test('mutated gives an offset inside the bytes or a finding', () => {
    const random = seeded(2);
    for (let i = 0; i < 2000; i++) {
      const bytes = mutated(PACKAGE, random);
      const { offset, findings } = rpmPayload(bytes);
      expect(findings.length === 1 || (offset ?? Number.NaN) <= bytes.length).toBe(true);
    }
  });
});
