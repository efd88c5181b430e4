import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { archive, file } from '../../../fixtures/cpio.ts';
import type { LoaderCpu, LoaderInput } from '../../../src/loaders/explanation.ts';
import { explainXen } from '../../../src/loaders/xen/xen.ts';
import { FILE_LIMIT, parseXenVersion } from '../../../src/loaders/xen/releases.ts';
import { JAGUAR, patch16, with16, withoutEnd } from '../../boot/cases/amd-ingredients.ts';
import { damaged, INTEL_FILE, intelImage, join, update, zeros } from '../../boot/cases/ingredients.ts';

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

  test.each([
    ['4.13.2', 'bad-data'],
    ['4.13.3', 'loads'],
    ['4.13.5', 'loads'],
    ['4.14.1', 'bad-data'],
    ['4.14.2', 'loads'],
    ['4.14.6', 'loads'],
    ['4.15.0', 'loads'],
  ])('%s: a patch of family 19h has 5568 bytes', (release, code) => {
    const milan: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_1173 };
    const blob = { kind: 'blob', bytes: amdContainer({ patches: [zenPatch(0x0a00_11d5)] }) } as const;
    expect(reasonOn(release, milan, blob)).toBe(code);
  });

  test('4.14 goes on with the next container after one without patches, 4.15 does not', () => {
    const empty = with16([], []);
    const blob = { kind: 'blob', bytes: join(empty, with16([good])) } as const;
    expect(reasonOn('4.14.6', jaguar, blob)).toBe('loads');
    expect(reasonOn('4.15.0', jaguar, blob)).toBe('bad-data');
  });

  test.each([
    ['4.17.5', 'loads'],
    ['4.17.5+68-g0000000', 'loads'],
    ['4.17.5+69-g0cbf79d2f6', 'below-minimum'],
    ['4.17.6', 'below-minimum'],
    ['4.18.5', 'loads'],
    ['4.18.6', 'below-minimum'],
    ['4.19.3', 'loads'],
    ['4.19.4', 'below-minimum'],
    ['4.20.1', 'loads'],
    ['4.20.2', 'below-minimum'],
    ['4.20.4+63-g7abfd2bce2-0+deb13u1', 'below-minimum'],
    ['4.21.0', 'below-minimum'],
  ])('%s and the minimum revision', (release, code) => {
    const milan: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_11db };
    const patch = zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dd } });
    expect(reasonOn(release, milan, { kind: 'blob', bytes: amdContainer({ patches: [patch] }) }, false)).toBe(code);
  });

  test.each([
    ['4.18.5', 'no-usable-match'],
    ['4.18.6', 'loads'],
    ['4.19.3', 'no-usable-match'],
    ['4.19.4', 'loads'],
    ['4.20.1', 'no-usable-match'],
    ['4.20.2', 'loads'],
    ['4.17.6', 'loads'],
  ])('%s and a digest where the firmware is fixed', (release, code) => {
    const milan: LoaderCpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_11db };
    expect(reasonOn(release, milan, { kind: 'blob', bytes: amdContainer({ patches: [zenPatch(0x0a00_11de)] }) })).toBe(
      code,
    );
  });

  test('the end entry of the table was wanted up to 4.18.3 and 4.19.0', () => {
    const blob = { kind: 'blob', bytes: withoutEnd(with16([good])) } as const;
    const codes = ['4.17.7', '4.18.3', '4.18.4', '4.19.0', '4.19.1', '4.20.0'].map((r) => reasonOn(r, jaguar, blob));
    expect(codes).toEqual(['bad-data', 'bad-data', 'loads', 'bad-data', 'loads', 'loads']);
  });

  test('the running level is written again from 4.16.4 and 4.17.1 to 4.19', () => {
    const same = { ...jaguar, revision: 0x0700_0106 };
    const blob = { kind: 'blob', bytes: with16([good]) } as const;
    const codes = ['4.16.3', '4.16.4', '4.17.0', '4.17.1', '4.19.6', '4.20.0'].map((r) => reasonOn(r, same, blob));
    expect(codes).toEqual(['already-runs', 'loads', 'already-runs', 'loads', 'loads', 'already-runs']);
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
