import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { cpuOfFlag, type RequiredCpu, requiredCpuOf } from '../../../src/bundle/select/cpu.ts';
import { EVERYTHING } from '../../../src/bundle/select/selection.ts';
import { Failure } from '../../../src/findings/failure.ts';
import { earlyImage } from '../../../src/initrd/image/build.ts';
import { cpusWithoutUpdate } from '../../../src/initrd/image/choose-payload.ts';
import { readFiles } from '../../support/read-files.ts';

const rome = (...levels: readonly number[]): Uint8Array =>
  amdContainer({ patches: levels.map((level) => zenPatch(level, { kind: 'zen2' })) });

const required = (text: string): RequiredCpu => requiredCpuOf(cpuOfFlag('--require', text));

/** What an image made of `files` lacks of the CPUs named. */
async function lacks(files: Readonly<Record<string, Uint8Array>>, ...cpus: readonly string[]): Promise<string[]> {
  const { updates } = await readFiles(files);
  const image = earlyImage(updates, [], { layout: 'standard', selection: EVERYTHING, sourceDateEpoch: 0 });
  if (image.kind === 'refused') throw new Error('the image is refused');
  return cpusWithoutUpdate(image.chosen, cpus.map(required));
}

const [OLDER, NEWER] = [0x0830_107c, 0x0830_107f];

describe('a CPU that needs one of two patches', () => {
  test('both are asked for when its running revision is not given', async () => {
    expect(await lacks({ 'a.bin': rome(OLDER, NEWER) }, '0x830f10')).toEqual([]);
    expect(await lacks({ 'a.bin': rome(OLDER) }, '0x830f10')).toEqual(['0x00830f10 that runs 0x0830107d or later']);
    expect(await lacks({ 'a.bin': rome(NEWER) }, '0x830f10')).toEqual(['0x00830f10 that runs 0x0830107c or earlier']);
    expect(await lacks({ 'a.bin': rome(0x0870_1034) }, '0x830f10')).toEqual(['0x00830f10']);
  });

  test.each([
    ['0x830f10,,0x0830107a', OLDER, NEWER, '0x00830f10 that runs 0x0830107c or earlier'],
    ['0x830f10,,0', OLDER, NEWER, '0x00830f10 that runs 0x0830107c or earlier'],
    ['0x830f10,,0x0830107d', NEWER, OLDER, '0x00830f10 that runs 0x0830107d or later'],
  ])('%s asks for its own side', async (cpu, own, other, missing) => {
    expect(await lacks({ 'a.bin': rome(own) }, cpu)).toEqual([]);
    expect(await lacks({ 'a.bin': rome(OLDER, NEWER) }, cpu)).toEqual([]);
    expect(await lacks({ 'a.bin': rome(other) }, cpu)).toEqual([missing]);
  });

  test('a revision that names another CPU says nothing about the side', async () => {
    expect(await lacks({ 'a.bin': rome(OLDER) }, '0x830f10,,0x01000065')).toHaveLength(1);
  });
});

describe('any other CPU', () => {
  test('wants one update, whatever runs', async () => {
    const files = { 'a.bin': amdContainer({ patches: [zenPatch(0x0a60_1302)] }), 'b.bin': intelUpdate() };
    expect(await lacks(files, '0xa60f13', '0xa60f13,,0x0a601300', '0x906a4,0x80', '0x906a4,0x80,0x10')).toEqual([]);
    expect(await lacks(files, '0x906a4,0x40', '0x50654,,1')).toEqual(['0x000906a4,0x40', '0x00050654']);
  });

  test.each(['', '0', '0x906a4,', '0x906a4,0x100', '0x906a4,1,', '0x906a4,1,2,3', '0x906a4,,zen', 'zen'])(
    '%j is refused, as --require',
    (text) => {
      expect(() => required(text)).toThrow(Failure);
      expect(() => required(text)).toThrow(`--require ${text}: `);
    },
  );
});
