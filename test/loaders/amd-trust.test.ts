import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../fixtures/amd.ts';
import {
  acrossCutOff,
  distrust,
  isWeakForLinux,
  isWeakForXen,
  linuxAsksForDigest,
  linuxDigests,
  xenAsksForDigest,
  xenDigests,
} from '../../src/loaders/amd-trust.ts';
import { explainLinux } from '../../src/loaders/linux/linux.ts';

const running = (revision: number) => ({ vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision }) as const;
const choosing = { major: 6, minor: 19 };
const linux = linuxDigests(choosing);
const xen = xenDigests({ minor: 21, point: 0 });

describe('which CPUs take forged patches', () => {
  test.each([
    ['Zen 2', 0x830f10, [true, true, true]],
    ['Zen 5, model 44h', 0xb40f40, [true, true, true]],
    ['family 1Ah, model 50h', 0xb50f00, [true, false, true]],
    ['a family after 1Ah', 0xc00f00, [true, false, false]],
    ['family 16h', 0x700f01, [false, false, false]],
  ])('%s', (_, signature, [before618, since618, xen]) => {
    expect([
      isWeakForLinux({ major: 6, minor: 17, point: 9 }, signature),
      isWeakForLinux({ major: 6, minor: 18 }, signature),
      isWeakForXen({ minor: 21, point: 0 }, signature),
    ]).toEqual([before618, since618, xen]);
  });

  test('firmware is taken for open up to the cut-off, and where none is known', () => {
    const asks = [0x0a00_11da, 0x0a00_11db, 0x0a60_1300].map((revision) => {
      const cpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision } as const;
      return [linuxAsksForDigest({ major: 6, minor: 18 }, cpu), xenAsksForDigest({ minor: 21, point: 0 }, cpu)];
    });
    expect(asks).toEqual([
      [true, true],
      [false, false],
      [true, true],
    ]);
  });

  test('patches across the cut-off from what runs are passed over, both ways', () => {
    expect(acrossCutOff(choosing, running(0x0a00_11da), 0x0a00_11db)?.code).toBe('other-side-of-cutoff');
    expect(acrossCutOff(choosing, running(0x0a00_11db), 0x0a00_11da)?.code).toBe('other-side-of-cutoff');
    expect(acrossCutOff(choosing, running(0x0a00_11d5), 0x0a00_11da)).toBeUndefined();
    expect(acrossCutOff(choosing, running(0x0a60_1300), 0x0a60_13ff)).toBeUndefined();
  });

  test('a level in the list with other bytes is told from one in no list, and Linux lists more than Xen', () => {
    const bytes = zenPatch(0x0a00_11d5);
    expect(distrust(linux, 0x0a00_11d5, bytes)).toBe('different');
    expect(distrust(linux, 0x0a00_11d9, bytes)).toBe('unlisted');
    expect([distrust(linux, 0x0a00_1173, bytes), distrust(xen, 0x0a00_1173, bytes)]).toEqual(['different', 'unlisted']);
  });
});

test('a CPU without a level counts as one with the lowest', () => {
  const cpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0 } as const;
  const blob = { kind: 'blob', bytes: amdContainer({ patches: [zenPatch(0x0a00_11d9)] }) } as const;
  expect(explainLinux({ major: 6, minor: 19 }, cpu, blob, { path: 'early' }).reason.code).toBe('digest-unlisted');
});
