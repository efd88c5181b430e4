import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch } from '../../../fixtures/amd.ts';
import { concat, patched } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { membersOf } from '../../../src/formats/cpio/read.ts';
import {
  earlyImageBytes,
  earlyImageChunks,
  type EarlyImageRequest,
  ImageRefused,
  planEarlyImage,
} from '../../../src/initrd/image/layout.ts';
import { imageTime } from '../../../src/initrd/image/build.ts';
import { inspectInitrd } from '../../../src/initrd/inspect/inspect.ts';

const amd = amdContainer();
const intel = intelUpdate();

const request: EarlyImageRequest = { intel: [intel], amd: [amd], mtime: 1000, layout: 'standard' };

function refusal(request: EarlyImageRequest): [string, number][] {
  try {
    planEarlyImage(request);
  } catch (error) {
    if (error instanceof ImageRefused) return error.findings.map(({ rule, offset }) => [rule, offset]);
    throw error;
  }
  return [];
}

describe('the standard layout', () => {
  const bytes = earlyImageBytes(planEarlyImage(request));

  test('folders, AMD, Intel; unique inodes, one time, root', () => {
    const { image } = inspectInitrd(bytes);
    const [segment] = image.segments;
    if (segment?.kind !== 'archive') throw new Error('no archive');
    expect(
      [...membersOf(bytes, segment)].map(({ name, header: { ino, mode, nlink, uid, gid, mtime } }) => [
        name,
        ino,
        mode.toString(8),
        nlink,
        uid + gid,
        mtime,
      ]),
    ).toEqual([
      ['kernel', 1, '40755', 2, 0, 1000],
      ['kernel/x86', 2, '40755', 2, 0, 1000],
      ['kernel/x86/microcode', 3, '40755', 2, 0, 1000],
      ['kernel/x86/microcode/AuthenticAMD.bin', 4, '100644', 1, 0, 1000],
      ['kernel/x86/microcode/GenuineIntel.bin', 5, '100644', 1, 0, 1000],
    ]);
  });

  test('build then inspect gives back the plan', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(intel, intelUpdate({ dataSize: 0 }), concat(intel, intel)), { maxLength: 4 }),
        fc.option(fc.constantFrom([amd], [amd, amdContainer({ patches: [amdPatch({ kind: 'zen2' })] })]), {
          nil: undefined,
        }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        (parts, containers, mtime) => {
          fc.pre(parts.length > 0 || containers !== undefined);
          const plan = planEarlyImage({
            ...(parts.length === 0 ? {} : { intel: parts }),
            ...(containers === undefined ? {} : { amd: containers }),
            mtime,
            layout: 'standard',
          });
          const bytes = earlyImageBytes(plan);
          const { vendorMembers, findings, size } = inspectInitrd(bytes);
          expect(size).toBe(plan.size);
          expect(vendorMembers).toMatchObject(
            plan.vendorFiles.map(({ vendor, path, offset, size }) => ({ vendor, name: path, offset, size })),
          );
          expect(vendorMembers.map(({ misalignment }) => misalignment)).toEqual(plan.vendorFiles.map(() => 0));
          expect(findings.map(({ rule }) => rule)).toEqual(plan.vendorFiles.length === 2 ? [] : ['initrd/not-found']);
          expect(size % 512).toBe(0);
        },
      ),
    );
  });

  test('the payload is handed on, not copied', () => {
    expect([...earlyImageChunks(planEarlyImage(request))]).toEqual(expect.arrayContaining([intel, amd]));
    expect([...earlyImageChunks(planEarlyImage(request))].some((chunk) => chunk === intel)).toBe(true);
  });
});

describe('refusals', () => {
  test('a sound request is not refused', () => {
    expect(refusal(request)).toEqual([]);
  });

  test.each<[string, Partial<EarlyImageRequest>, [string, number][]]>([
    ['an empty vendor file', { intel: [new Uint8Array()] }, [['initrd/empty-payload', 0]]],
    ['a vendor without parts', { amd: [] }, [['initrd/empty-payload', 0]]],
    ['AMD in an Intel layout', { layout: 'iucode-tool' }, [['initrd/layout-vendor', 0]]],
    ['AMD in the smaller Intel layout', { layout: 'iucode-tool-mini' }, [['initrd/layout-vendor', 0]]],
    ['a README in front of AMD', { amd: [Buffer.from('README'), amd] }, [['initrd/payload-magic', 0]]],
    ['a README behind AMD', { amd: [amd, Buffer.from('README')] }, [['initrd/payload-magic', amd.length]]],
    [
      'padding between containers',
      { amd: [concat(amd, new Uint8Array(4), amd)] },
      [
        ['initrd/payload-containers', 0],
        ['amd/junk', amd.length],
      ],
    ],
    [
      'a cut container',
      { amd: [amd.subarray(0, 500)] },
      [
        ['initrd/payload-containers', 0],
        ['amd/truncated', 52],
      ],
    ],
    [
      'a damaged update',
      { intel: [intel, patched(intel, 100, [1, 2, 3])] },
      [
        ['initrd/payload-not-exact', 2048],
        ['intel/checksum', 1040],
      ],
    ],
    [
      'padding behind an update',
      { intel: [concat(intel, new Uint8Array(16))] },
      [
        ['initrd/payload-not-exact', 1024],
        ['intel/trailing-bytes', 1024],
      ],
    ],
    [
      'a cut update',
      { intel: [intel.subarray(0, 1000)] },
      [
        ['initrd/payload-not-exact', 0],
        ['intel/truncated', 0],
      ],
    ],
  ])('%s', (_, change, expected) => {
    expect(refusal({ ...request, ...change })).toEqual(expected);
  });

  test('no vendor at all', () => {
    expect(refusal({ mtime: 0, layout: 'standard' })).toEqual([['initrd/no-payload', 0]]);
  });

  test('more bytes than a header can say', () => {
    const part = new Uint8Array(0x1000_0000);
    const parts = Array.from({ length: 16 }, () => part);
    expect(refusal({ ...request, amd: parts })).toEqual([['initrd/payload-too-large', 0]]);
  });
});

describe('the time of an image', () => {
  test('is the given epoch, or noon of the newest update', () => {
    expect(imageTime(1234, ['2025-10-12'])).toBe(1234);
    expect(imageTime(undefined, ['2019-01-01', '2025-10-12', '2020-01-01'])).toBe(1_760_270_400);
  });

  test('fits the header', () => {
    expect(imageTime(-5, [])).toBe(0);
    expect(imageTime(2 ** 40, [])).toBe(0xffff_ffff);
    expect(imageTime(undefined, ['9999-01-01', '2020-13-45'])).toBe(0xffff_ffff);
    expect(imageTime(undefined, [])).toBe(0);
  });

  test('iucode_tool ends in 2038', () => {
    const plan = planEarlyImage({ intel: [intel], mtime: 0xffff_ffff, layout: 'iucode-tool' });
    expect(plan.archive.entries[0]?.entry.mtime).toBe(0x7fff_ffff);
  });
});
