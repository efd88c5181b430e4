import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import type { Explanation, LoaderCpu } from '../../../src/loaders/explanation.ts';
import { explainLinux } from '../../../src/loaders/linux/linux.ts';
import { parseLinuxVersion } from '../../../src/loaders/linux/versions.ts';
import { bulldozers, GREYHOUND, JAGUAR, legacy, patch16, with16 } from '../../boot/cases/amd-ingredients.ts';
import { join, zeros } from '../../boot/cases/ingredients.ts';

const jaguar: LoaderCpu = { vendor: 'amd', signature: JAGUAR, platformMask: 0, revision: 0x0700_0100 };
const older = patch16(0x0700_0106);
const newer = patch16(0x0700_010f);

const loaded = (version: string, bytes: Uint8Array, cpu = jaguar): number | undefined =>
  explainLinux(parseLinuxVersion(version) ?? { major: 0, minor: 0 }, cpu, { kind: 'blob', bytes }, { path: 'early' })
    .chosen?.revision;

// No such kernel boots in test/boot: these rest on the source of 4.8 and 4.11 alone.
describe('AMD containers before Linux 5.0', () => {
  test('4.19 takes the last match of a container, 4.4 loads upwards and ends with the highest', () => {
    expect(loaded('4.19', with16([newer, older]))).toBe(0x0700_0106);
    expect(loaded('4.4', with16([newer, older]))).toBe(0x0700_010f);
    expect(loaded('4.4', with16([older, newer]))).toBe(0x0700_010f);
  });

  test('both stop at the first container with a match', () => {
    expect(loaded('4.19', join(with16([older]), with16([newer])))).toBe(0x0700_0106);
    expect(loaded('4.4', join(with16([older]), with16([newer])))).toBe(0x0700_0106);
  });

  test('4.4 stops at the first table with the CPU, even without a patch for it', () => {
    const empty = with16([patch16(0x0700_0200, { header: { processorRevId: 0x7301 } })]);
    expect(loaded('4.4', join(empty, with16([newer])))).toBeUndefined();
    expect(loaded('4.19', join(empty, with16([newer])))).toBe(0x0700_010f);
  });

  test('4.19 steps over foreign bytes in twelves, 4.4 wants a container at the start', () => {
    expect(loaded('4.19', join(zeros(24), with16([newer])))).toBe(0x0700_010f);
    expect(loaded('4.19', join(zeros(16), with16([newer])))).toBeUndefined();
    expect(loaded('4.4', join(zeros(24), with16([newer])))).toBeUndefined();
  });

  test('the running level is not loaded again', () => {
    expect(loaded('4.19.263', with16([older]), { ...jaguar, revision: 0x0700_0106 })).toBeUndefined();
    expect(loaded('4.4', with16([older]), { ...jaguar, revision: 0x0700_0106 })).toBeUndefined();
  });

  describe('a patch longer than a page', () => {
    const milan: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_1173 };
    const long = amdContainer({ patches: [zenPatch(0x0a00_11d5)] });
    const said = (version: string, bytes: Uint8Array, cpu = milan): Explanation =>
      explainLinux(
        parseLinuxVersion(version) ?? { major: 0, minor: 0 },
        cpu,
        { kind: 'blob', bytes },
        { path: 'early' },
      );

    test.each(['4.4', '4.19'])('for this CPU ends the parse of %s, and is named', (version) => {
      const { chosen, reason, candidates } = said(version, long);
      expect(chosen).toBeNull();
      expect(reason).toEqual({
        code: 'no-usable-match',
        says: 'what is for this CPU cannot be used: 0x0a0011d5 has 5568 bytes, more than the 4096 that this release takes',
      });
      expect(candidates.map(({ verdict }) => verdict.code)).toEqual(['longer-than-page']);
    });

    test.each(['4.4', '4.19'])('for another CPU ends the parse of %s too', (version) => {
      const { reason } = said(version, long, { ...milan, signature: 0xa00f10 });
      expect(reason.code).toBe('bad-data');
      expect(reason.says).toMatch(/the patch at \d+ has 5568 bytes, more than the 4096 that this release takes$/);
    });

    test('is no matter from 5.0 on, and none where something else is loaded', () => {
      expect(said('5.15', long).chosen?.revision).toBe(0x0a00_11d5);
      expect(loaded('4.19', join(with16([newer]), long))).toBe(0x0700_010f);
      expect(said('4.19', with16([newer])).reason.code).toBe('nothing-matches');
    });
  });

  test('patches of another family may be longer than the own family allows', () => {
    const greyhound: LoaderCpu = { vendor: 'amd', signature: GREYHOUND, platformMask: 0, revision: 0x0100_0001 };
    expect(loaded('4.19', join(bulldozers, legacy), greyhound)).toBe(0x0100_00c8);
    expect(loaded('5.15', join(bulldozers, legacy), greyhound)).toBeUndefined();
  });

  test('an entry behind the zero entry of the table does not count, from 5.0 on it does', () => {
    const hidden = with16([newer], [equivalenceEntry(0, 0), equivalenceEntry(JAGUAR, 0x7001)]);
    expect(loaded('4.19', hidden)).toBeUndefined();
    expect(loaded('5.15', hidden)).toBe(0x0700_010f);
  });
});
