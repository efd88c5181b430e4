import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch } from '../../fixtures/amd.ts';
import { mutated, seeded } from '../../fixtures/bytes.ts';
import { archive, file } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import type { LoaderCpu } from '../../src/loaders/explanation.ts';
import { ALL_LOADERS, explain, type LoadOptions, parseLoader } from '../../src/loaders/by-name.ts';
import { REASONS } from '../../src/loaders/reasons.ts';
import { AMD_FILE, INTEL_FILE, join } from '../boot/cases/ingredients.ts';

const intel: LoaderCpu = { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0 };
const amd: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_11db };
const options: LoadOptions = { path: 'early', forceMinimum: false, digestCheck: true };

describe('names of loaders', () => {
  test.each([
    ['linux-6.12', { major: 6, minor: 12 }],
    ['linux-6.1.192', { major: 6, minor: 1, point: 192 }],
    ['linux-6.12.95+deb13-amd64', { major: 6, minor: 12, point: 95 }],
    ['xen-4.17', { minor: 17, point: 7 }],
    ['xen-4.17.5', { minor: 17, point: 5 }],
    ['xen-4.17.5+72-g01140da4e8-1', { minor: 17, point: 5, ahead: 72 }],
  ])('%s', (name, version) => {
    expect(parseLoader(name)).toMatchObject({ name, version });
  });

  test.each([
    'linux',
    'linux-',
    'linux-2.6',
    'linux-4.3',
    'xen-4.2',
    'xen-4.3',
    'xen-4.24',
    'xen-5.0',
    'bsd-14',
    '6.12',
    'linux-6.x',
  ])('%s is none', (name) => {
    expect(parseLoader(name)).toBeUndefined();
  });
});

describe('what every loader has in common', () => {
  const good = intelUpdate({ revision: 0x20 });
  const image = archive(file('x', 'y'), file(INTEL_FILE, good));

  test.each(ALL_LOADERS.map((loader) => [loader.name, loader] as const))(
    '%s loads a sound update, in place',
    (_, loader) => {
      const inImage = explain(loader, intel, { kind: 'image', bytes: image }, options);
      expect(inImage.chosen).toMatchObject({ size: good.length, revision: 0x20 });
      const { offset = 0 } = inImage.chosen ?? {};
      expect(image.subarray(offset, offset + good.length)).toEqual(good);
      const alone = explain(loader, intel, { kind: 'blob', bytes: good }, options);
      expect(alone).toMatchObject({ chosen: { offset: 0 }, reason: { code: 'loads' } });
    },
  );

  test.each(ALL_LOADERS.map((loader) => [loader.name, loader] as const))('%s survives any damage', (_, loader) => {
    const fixed = { ...amd, revision: 0x0a00_11db };
    const seeds: readonly (readonly [LoaderCpu, Uint8Array])[] = [
      [intel, join(good, intelUpdate({ revision: 0x30, extended: [{ signature: 0x906a4, platformMask: 0x80 }] }))],
      [fixed, join(amdContainer({ patches: [amdPatch({ kind: 'fam16h' })] }), amdContainer())],
    ];
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), fc.constantFrom(...seeds), (seed, edits, [cpu, sound]) => {
        const random = seeded(seed);
        let bytes = sound;
        for (let i = 0; i < edits; i++) bytes = mutated(bytes, random);
        const path = cpu.vendor === 'intel' ? INTEL_FILE : AMD_FILE;
        for (const input of [
          { kind: 'blob', bytes },
          { kind: 'image', bytes: mutated(archive(file(path, bytes)), random) },
        ] as const) {
          const { chosen, reason } = explain(loader, cpu, input, options);
          expect(chosen !== null).toBe(reason.code === 'loads');
          expect(Object.hasOwn(REASONS, reason.code)).toBe(true);
          expect(reason.says).not.toMatch(/[{?}]/);
          const end = chosen === null ? 0 : chosen.offset + chosen.size;
          expect(end).toBeLessThanOrEqual(input.bytes.length);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('a hypervisor guest loads nothing on Linux and everything on Xen', () => {
  const guest = { ...intel, hypervisorGuest: true };
  const input = { kind: 'blob', bytes: intelUpdate() } as const;
  const codes = ALL_LOADERS.map((loader) => `${loader.kind} ${explain(loader, guest, input, options).reason.code}`);
  expect(new Set(codes)).toEqual(new Set(['linux hypervisor-guest', 'xen loads']));
});
