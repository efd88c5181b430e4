import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  intelFamilyModelStepping,
  intelFirmwareName,
  intelNames,
  namesOf,
  platformIds,
  signatureOfFirmwareName,
} from '../../src/cpu/intel.ts';

describe('family, model and stepping', () => {
  test.each([
    [0x000906a4, 0x06, 0x9a, 4, '06-9a-04'],
    [0x000806f8, 0x06, 0x8f, 8, '06-8f-08'],
    [0x00000f4a, 0x0f, 0x04, 0xa, '0f-04-0a'],
    // The processor type in bits 12 and 13 has no part in the name.
    [0x00001632, 0x06, 0x03, 2, '06-03-02'],
    // Families 7 to 14 have an extended model (Zhaoxin), but no extended family.
    [0x000307b0, 0x07, 0x3b, 0, '07-3b-00'],
    // Below family 6 there is no extended model, below 15 no extended family.
    [0x0ff30545, 0x05, 0x04, 5, '05-04-05'],
    [0x00400f01, 0x13, 0x00, 1, '13-00-01'],
  ])('of signature %i', (signature, family, model, stepping, name) => {
    expect(intelFamilyModelStepping(signature)).toEqual({ family, model, stepping });
    expect(intelFirmwareName(signature)).toBe(name);
  });

  test('the name leads back to the signature, but for the processor type', () => {
    const signature = fc
      .tuple(fc.constantFrom(0x600, 0xf00), fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xff }))
      .map(
        ([family, low, extended]) =>
          family | low | ((extended & 0xf) << 16) | (family === 0xf00 ? (extended & 0xf0) << 16 : 0),
      )
      .map((value) => (value & 0xfff) | (((value >>> 16) & 0xf) << 16) | (value & 0x0ff0_0000));
    fc.assert(
      fc.property(signature, (value) => {
        expect(signatureOfFirmwareName(intelFirmwareName(value))).toBe(value);
      }),
    );
  });

  test.each(['', '06-9a', '6-9a-4', '06-9A-04', '06-9a-04.initramfs', '06-9a-14'])('%j is no name of a CPU', (name) => {
    expect(signatureOfFirmwareName(name)).toBeUndefined();
  });
});

test('platform ids are the bits of the mask', () => {
  expect(platformIds(0)).toEqual([]);
  expect(platformIds(0x95)).toEqual([0, 2, 4, 7]);
  expect(platformIds(0x100)).toEqual([]);
});

describe('code names', () => {
  const names = intelNames(
    'fms\tpf\tprocessor\tstepping\n06-9a-04\t80\tADL\tR0\n06-9a-04\t40\tAZB\tA0\n06-9a-04\t80\tADL\tR0\n',
  );

  test('go by name and platform, each once', () => {
    expect(namesOf(names, 0x906a4, 0x80)).toEqual(['ADL R0']);
    expect(namesOf(names, 0x906a4, 0xc0)).toEqual(['ADL R0', 'AZB A0']);
    expect(namesOf(names, 0x906a3, 0xff)).toEqual([]);
  });

  test('are shipped for the platforms that Intel named', () => {
    const shipped = intelNames(readFileSync(join(import.meta.dirname, '../../data/intel-names.tsv'), 'utf8'));
    expect(namesOf(shipped, 0x806f8, 0x10)).not.toEqual([]);
    expect(
      shipped.every(({ name, platformMask }) => signatureOfFirmwareName(name) !== undefined && platformMask <= 0xff),
    ).toBe(true);
  });
});
