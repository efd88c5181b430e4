import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../fixtures/amd.ts';
import { archive, file } from '../../fixtures/cpio.ts';
import type { LoaderCpu, LoaderInput } from '../../src/loaders/explanation.ts';
import { explainXen } from '../../src/loaders/xen.ts';
import { FILE_LIMIT, parseXenVersion } from '../../src/loaders/xen-releases.ts';
import { JAGUAR, patch16, with16 } from '../boot/cases/amd-ingredients.ts';
import { damaged, INTEL_FILE, intelImage, join, update, zeros } from '../boot/cases/ingredients.ts';

// Releases that do not boot in test/boot: from the source of their tags.
const intel: LoaderCpu = { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x10 };
const reasonOn = (release: string, cpu: LoaderCpu, input: LoaderInput, digestCheck = true): string =>
  explainXen(parseXenVersion(release) ?? { minor: 0, point: 0 }, cpu, input, { digestCheck }).reason.code;

describe('files in a cpio', () => {
  test('NULs that align the data hide the file from 4.4.2 and 4.5.1', () => {
    const image = { kind: 'image', bytes: intelImage(update(0x20)) } as const;
    const answers = ['4.4.2', '4.4.3', '4.5.1', '4.5.2', '4.17'].map((release) => reasonOn(release, intel, image));
    expect(answers).toEqual(['no-vendor-file', 'loads', 'no-vendor-file', 'loads', 'loads']);
  });

  test('up to 4.13 a file must not be larger than 8 MiB', () => {
    const large = archive(file(INTEL_FILE, join(update(0x20), zeros(FILE_LIMIT))));
    expect(reasonOn('4.13', intel, { kind: 'image', bytes: large })).toBe('file-too-large');
    expect(reasonOn('4.14', intel, { kind: 'image', bytes: large })).toBe('loads');
  });

  test('a firmware folder is nothing to Xen', () => {
    expect(reasonOn('4.17', intel, { kind: 'folder', files: new Map() })).toBe('no-folder');
  });
});

describe('bytes', () => {
  const jaguar: LoaderCpu = { vendor: 'amd', signature: JAGUAR, platformMask: 0, revision: 0x0700_0100 };
  const good = patch16(0x0700_0106);
  const long = join(patch16(0x0700_0200, { header: { processorRevId: 0x7301 } }), zeros(100));

  test('a patch that is too long ends the parse up to 4.14 and is passed over from 4.15 on', () => {
    const blob = { kind: 'blob', bytes: with16([long, good]) } as const;
    expect(reasonOn('4.14', jaguar, blob)).toBe('bad-data');
    expect(reasonOn('4.15', jaguar, blob)).toBe('loads');
  });

  test('4.14 expected shorter patches of family 19h than there are', () => {
    const milan: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_11dc };
    const blob = { kind: 'blob', bytes: amdContainer({ patches: [zenPatch(0x0a00_11de)] }) } as const;
    expect(reasonOn('4.14', milan, blob)).toBe('bad-data');
    expect(reasonOn('4.15', milan, blob)).toBe('loads');
  });

  test('digests came with point releases, and can be switched off', () => {
    const milan: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_1173 };
    const blob = { kind: 'blob', bytes: amdContainer({ patches: [zenPatch(0x0a00_11d9)] }) } as const;
    expect(reasonOn('4.17.5', milan, blob)).toBe('loads');
    expect(reasonOn('4.17.6', milan, blob)).toBe('no-usable-match');
    expect(reasonOn('4.17.6', milan, blob, false)).toBe('loads');
  });

  test('revisions were compared without sign before 4.15', () => {
    const running: LoaderCpu = { ...intel, revision: 0x8000_0001 };
    expect(reasonOn('4.14', running, { kind: 'blob', bytes: update(0x20) })).toBe('nothing-newer');
    expect(reasonOn('4.15', running, { kind: 'blob', bytes: update(0x20) })).toBe('loads');
  });
});

test('candidates tell the fate of every update for the CPU', () => {
  const bytes = join(
    update(0x20),
    update(0x30),
    update(0x30, { platformMask: 1 }),
    update(0x18),
    damaged(update(0x40)),
  );
  const { candidates, others } = explainXen({ minor: 17, point: 7 }, intel, { kind: 'blob', bytes });
  expect(candidates.map(({ verdict }) => verdict.code)).toEqual([
    'superseded',
    'loads',
    'other-platform',
    'not-higher',
  ]);
  expect(others).toBe(0);
});
