import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import type { Explanation, LoaderCpu } from '../../../src/loaders/explanation.ts';
import { explainLinux, firmwarePath, type LinuxOptions } from '../../../src/loaders/linux/linux.ts';
import { parseLinuxVersion } from '../../../src/loaders/linux/versions.ts';
import { JAGUAR, patch16, with16 } from '../../boot/cases/amd-ingredients.ts';
import { damaged, join, zeros } from '../../boot/cases/ingredients.ts';

/** Debian's kernels have no late loading, so these rest on the source alone. */
const late = (version: string, cpu: LoaderCpu, file: Uint8Array, options: Partial<LinuxOptions> = {}): Explanation =>
  explainLinux(
    parseLinuxVersion(version) ?? { major: 0, minor: 0 },
    cpu,
    { kind: 'folder', files: new Map([[firmwarePath(cpu), file]]) },
    { path: 'late', ...options },
  );

const alder: LoaderCpu = { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x10 };
const plain = intelUpdate({ revision: 0x30 });
const safe = intelUpdate({ revision: 0x20, minimumRevision: 0x0f });

describe('Intel, late', () => {
  test('the file name is family, model and stepping of the CPU, type bits dropped', () => {
    expect(firmwarePath(alder)).toBe('intel-ucode/06-9a-04');
    expect(firmwarePath({ ...alder, signature: 0x1632 })).toBe('intel-ucode/06-03-02');
  });

  test('no other file is tried, even one whose extended table names the CPU', () => {
    const files = new Map([['intel-ucode/06-9a-03', plain]]);
    const answer = explainLinux({ major: 6, minor: 12 }, alder, { kind: 'folder', files }, { path: 'late' });
    expect(answer.reason).toMatchObject({ code: 'no-named-file', says: 'no file intel-ucode/06-9a-04' });
  });

  test('the highest newer revision is taken whatever minimum it declares', () => {
    expect(late('6.12', alder, join(safe, plain)).chosen?.revision).toBe(0x30);
  });

  test('force_minrev passes over what is not declared safe, from 6.7 on', () => {
    const forced = late('6.12', alder, join(safe, plain), { forceMinimum: true });
    expect(forced.chosen?.revision).toBe(0x20);
    expect(forced.candidates.map(({ verdict }) => verdict.code)).toEqual(['loads', 'no-minimum']);
    expect(late('6.1', alder, join(safe, plain), { forceMinimum: true }).chosen?.revision).toBe(0x30);
  });

  test('safe means that the running revision is at least the minimum', () => {
    const wants = intelUpdate({ revision: 0x20, minimumRevision: 0x11 });
    expect(late('6.12', alder, wants, { forceMinimum: true }).chosen).toBeNull();
    expect(late('6.12', { ...alder, revision: 0x11 }, wants, { forceMinimum: true }).chosen?.revision).toBe(0x20);
  });

  test('with force_minrev the reason is the minimum, not that nothing is newer', () => {
    const none = late('6.12', alder, plain, { forceMinimum: true });
    expect(none.reason).toMatchObject({
      code: 'no-usable-match',
      says: 'what is for this CPU cannot be used: 0x00000030 declares no minimum revision, which force_minrev asks for',
    });
    const later = late('6.12', alder, intelUpdate({ revision: 0x20, minimumRevision: 0x11 }), { forceMinimum: true });
    const bare = late('6.12', { ...alder, revision: 0 }, safe, { forceMinimum: true });
    expect(bare.reason.says).toContain('declares the minimum revision 0x0000000f, and none runs');
    expect(later.reason.says).toContain('declares the minimum revision 0x00000011, and 0x00000010 runs');
    expect(late('6.12', { ...alder, revision: 0x30 }, plain, { forceMinimum: true }).reason.code).toBe('already-runs');
  });

  test('6.6 looks at the minimum from 6.6.81 on', () => {
    const loads = (version: string) => late(version, alder, plain, { forceMinimum: true }).chosen?.revision;
    expect([loads('6.6.80'), loads('6.6.81'), loads('6.7')]).toEqual([0x30, undefined, undefined]);
    const amd: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_11db };
    const file = amdContainer({ patches: [zenPatch(0x0a00_11de)] });
    const codes = ['6.6.80', '6.6.81'].map((version) => late(version, amd, file, { forceMinimum: true }).reason.code);
    expect(codes).toEqual(['loads', 'late-minimum-unsupported']);
  });

  test('bytes behind the last update are an error', () => {
    expect(late('6.12', alder, join(plain, zeros(4))).reason.code).toBe('bad-file');
  });

  test('a later candidate is compared with the CPU, unlike in the early loader before 6.7', () => {
    const both = { signature: 0x906a4, platformMask: 0x80 };
    const byTable = intelUpdate({ revision: 0x20, signature: 0x906a3, extended: [both] });
    expect(late('6.1', alder, join(byTable, plain)).chosen?.revision).toBe(0x30);
  });

  test('erratum BDX90 forbids it below revision 0x0b000021', () => {
    const broadwell: LoaderCpu = { vendor: 'intel', signature: 0x406f1, platformMask: 0x01, revision: 0x0b00_0014 };
    const file = intelUpdate({ signature: 0x406f1, platformMask: 0xef, revision: 0x0b00_0040 });
    expect(late('6.12', broadwell, file).reason.code).toBe('late-blacklisted');
    expect(late('6.12', { ...broadwell, revision: 0x0b00_0021 }, file).chosen?.revision).toBe(0x0b00_0040);
  });
});

describe('AMD, late', () => {
  const jaguar: LoaderCpu = { vendor: 'amd', signature: JAGUAR, platformMask: 0, revision: 0x0700_0100 };
  const older = patch16(0x0700_0106);
  const newer = patch16(0x0700_010f);

  test('the file is chosen by family', () => {
    expect(firmwarePath(jaguar)).toBe('amd-ucode/microcode_amd_fam16h.bin');
    expect(firmwarePath({ ...jaguar, signature: 0x100f43 })).toBe('amd-ucode/microcode_amd.bin');
  });

  test('the highest patch is taken, not the last one', () => {
    const answer = late('6.1', jaguar, with16([newer, older]));
    expect(answer.chosen?.revision).toBe(0x0700_010f);
    expect(answer.candidates.map(({ verdict }) => verdict.code)).toEqual(['loads', 'not-higher']);
  });

  test('a second container or any byte behind the first spoils the file', () => {
    expect(late('6.12', jaguar, join(with16([older]), with16([newer]))).reason.code).toBe('bad-file');
    expect(late('6.12', jaguar, join(with16([older]), zeros(1))).reason.code).toBe('bad-file');
  });

  test('an older one than what runs is not what runs', () => {
    const lower = late('6.12', { ...jaguar, revision: 0x0700_0107 }, with16([older]));
    expect(lower.reason.code).toBe('nothing-newer');
  });

  test('the running level is not written again', () => {
    const same = late('6.12', { ...jaguar, revision: 0x0700_0106 }, with16([older]));
    expect(same).toMatchObject({ chosen: null, reason: { code: 'already-runs' } });
  });

  test('force_minrev allows none, because AMD patches declare no minimum that Linux knows', () => {
    expect(late('6.12', jaguar, with16([older]), { forceMinimum: true }).reason.code).toBe('late-minimum-unsupported');
  });

  test('from 6.12 on the running level has to name the CPU', () => {
    const rome: LoaderCpu = { vendor: 'amd', signature: 0x830f10, platformMask: 0, revision: 0 };
    const file = amdContainer({ patches: [zenPatch(0x0830_1090, { header: { format: 0x8004 } })] });
    expect(late('6.12', rome, file).reason).toEqual({
      code: 'no-level',
      says: 'the CPU runs no patch, and Linux looks for the CPU that the running level names',
    });
    expect(late('6.12', { ...rome, revision: 0x0a00_11d5 }, file).reason.code).toBe('level-of-another-cpu');
    expect(late('6.12', { ...rome, revision: 0x0830_107d }, file).chosen?.revision).toBe(0x0830_1090);
    expect(late('6.1', rome, file).chosen?.revision).toBe(0x0830_1090);
  });
});

test('a damaged update is named with its place', () => {
  const { reason, candidates } = late('6.12', alder, join(safe, damaged(plain)));
  expect(reason.says).toContain('the checksum of the update at 1024 is wrong');
  expect(candidates).toMatchObject([{ offset: 0, revision: 0x20, verdict: { code: 'discarded-with-file' } }]);
});
