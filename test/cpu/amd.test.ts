import { describe, expect, test } from 'vitest';
import {
  amdFamilyModelStepping,
  amdFirmwareName,
  cpuidOfPatchLevel,
  cpuidOfRevisionId,
  familyOfRevisionId,
  lowestPatchLevelOfCpuid,
  revisionIdOfCpuid,
} from '../../src/cpu/amd.ts';
import { amdCodeName } from '../../src/cpu/amd-names.ts';

describe('the three ways to name a Zen CPU', () => {
  test.each([
    { cpuid: 0x00a70f41, level: 0x0a704107, id: 0xa741, family: 0x19, model: 0x74, stepping: 1 },
    { cpuid: 0x00b20f40, level: 0x0b204037, id: 0xb240, family: 0x1a, model: 0x24, stepping: 0 },
    { cpuid: 0x00800f12, level: 0x0800126f, id: 0x8012, family: 0x17, model: 0x01, stepping: 2 },
    { cpuid: 0x00aa0f02, level: 0x0aa00215, id: 0xaa02, family: 0x19, model: 0xa0, stepping: 2 },
  ])('level $level, id $id and CPUID $cpuid agree', ({ cpuid, level, id, family, model, stepping }) => {
    expect(cpuidOfPatchLevel(level)).toBe(cpuid);
    expect(cpuidOfRevisionId(id)).toBe(cpuid);
    expect(revisionIdOfCpuid(cpuid)).toBe(id);
    expect(lowestPatchLevelOfCpuid(cpuid)).toBe((level & 0xffffff00) >>> 0);
    expect(familyOfRevisionId(id)).toBe(family);
    expect(amdFamilyModelStepping(cpuid)).toEqual({ family, model, stepping });
  });

  test('bits 16 to 19 of a level are ignored', () => {
    expect(cpuidOfPatchLevel(0x0a7f4107)).toBe(0x00a70f41);
  });
});

test('the extended fields count only behind base family 15', () => {
  expect(amdFamilyModelStepping(0x00100f43)).toEqual({ family: 0x10, model: 0x04, stepping: 3 });
  expect(amdFamilyModelStepping(0x0001067a)).toEqual({ family: 0x06, model: 0x07, stepping: 0xa });
});

test('the equivalence id of a patch before Zen gives its label', () => {
  expect(cpuidOfRevisionId(0x1022)).toBe(0x00100f22);
  expect(familyOfRevisionId(0x0048)).toBe(0x0f);
});

test('families before 15h share one firmware file', () => {
  expect([0x10, 0x14, 0x15, 0x16, 0x17, 0x19, 0x1a].map(amdFirmwareName)).toEqual([
    'microcode_amd.bin',
    'microcode_amd.bin',
    'microcode_amd_fam15h.bin',
    'microcode_amd_fam16h.bin',
    'microcode_amd_fam17h.bin',
    'microcode_amd_fam19h.bin',
    'microcode_amd_fam1ah.bin',
  ]);
});

describe('code names', () => {
  test.each([
    [0x00800f12, 'Naples, Summit Ridge'],
    [0x00a10f11, 'Genoa'],
    [0x00b20f40, 'Strix Point'],
    [0x00860f81, 'Lucienne'],
  ])('%i is %s', (cpuid, name) => {
    expect(amdCodeName(cpuid)).toBe(name);
  });

  test('are unknown before Zen and of models not listed', () => {
    expect(amdCodeName(0x00100f43)).toBeNull();
    expect(amdCodeName(0x00a90f01)).toBeNull();
    expect(amdCodeName(0)).toBeNull();
  });

  test('no key is a property of every object', () => {
    expect(amdCodeName(0xffffffff)).toBeNull();
  });
});
