import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../fixtures/bytes.ts';
import { archive, file, folder, parents } from '../../../fixtures/cpio.ts';
import { HOSTILE_INITRDS } from '../../../fixtures/hostile-initrds.ts';
import { readCpio } from '../../../src/formats/cpio/read.ts';
import { extractInitrd } from '../../../src/initrd/extract/extract.ts';
import { planExtract } from '../../../src/initrd/extract/plan.ts';

const plan = (bytes: Uint8Array) => planExtract(bytes, readCpio(bytes), 'early');

const paths = (bytes: Uint8Array): string[] => plan(bytes).items.map(({ kind, path }) => `${kind} ${path}`);
const skipped = (bytes: Uint8Array): string[] => plan(bytes).skipped.map(({ name, reason }) => `${reason} ${name}`);

describe('extracting', () => {
  test('each archive gets a folder of its own', () => {
    const bytes = concat(archive(...parents), archive(file('./a/b', 'text'), folder('/c/')));
    expect(paths(bytes)).toEqual([
      'folder early-1/kernel',
      'folder early-1/kernel/x86',
      'folder early-1/kernel/x86/microcode',
      'file early-2/a/b',
      'folder early-2/c',
    ]);
    expect(skipped(bytes)).toEqual([]);
  });

  test('links and devices are left out', () => {
    const bytes = archive(
      file('link', '/etc/passwd', { mode: 0o120777 }),
      file('device', '', { mode: 0o060600 }),
      file('pipe', '', { mode: 0o010600 }),
      file('none', '', { mode: 0o600 }),
      file('file', '', { mode: 0o104755 }),
    );
    expect(skipped(bytes)).toEqual(['link link', 'device device', 'device pipe', 'device none']);
    expect(plan(bytes).items).toMatchObject([{ path: 'early-1/file', mode: 0o755 }]);
  });

  test.each(['..', '../x', 'a/../../x', 'a/./x', 'a//x', 'x'.repeat(256), 'a/'.repeat(64) + 'x'])(
    'the name "%s" is not used',
    (name) => {
      expect(skipped(archive(file(name, 'x')))).toEqual([`unsafe-name ${name}`]);
    },
  );

  test('what is rooted lands below the folder', () => {
    expect(paths(archive(file('/etc/passwd', 'x'), file('.//./etc/shadow', 'x')))).toEqual([
      'file early-1/etc/passwd',
      'file early-1/etc/shadow',
    ]);
  });

  test('the same name twice is kept apart', () => {
    expect(paths(archive(file('a', '1'), file('a', '2'), file('a', '3')))).toEqual([
      'file early-1/a',
      'file early-1/a#2',
      'file early-1/a#3',
    ]);
  });

  test('a file where a folder is needed, and the other way round', () => {
    const bytes = archive(file('a', '1'), file('a/b', '2'), folder('a'), file('c/d', ''), file('c', ''), folder('a/e'));
    expect(skipped(bytes)).toEqual(['in-the-way a/b', 'in-the-way a', 'in-the-way c', 'in-the-way a/e']);
  });

  test('a member that is cut off is left out', () => {
    expect(skipped(archive(file('a', 'x'.repeat(1000))).subarray(0, 500))).toEqual(['cut-off a']);
  });

  test('only what is asked for', async () => {
    const bytes = archive(...parents, file('kernel/x86/microcode/a', ''), file('kernel/x86/microcodes', ''));
    const { plans } = await extractInitrd(bytes, { members: ['./kernel/x86/microcode'], deep: false });
    expect(plans[0]?.items.map(({ name }) => name)).toEqual(['kernel/x86/microcode', 'kernel/x86/microcode/a']);
  });

  test('the compressed part only when asked for', async () => {
    const bytes = concat(archive(folder('a')), gzipSync(archive(file('init', '#!'))));
    const items = async (deep: boolean): Promise<string[]> =>
      (await extractInitrd(bytes, { members: [], deep })).plans.flatMap(({ items }) => items.map(({ path }) => path));
    expect(await items(false)).toEqual(['early-1/a']);
    expect(await items(true)).toEqual(['early-1/a', 'main-1/init']);
  });

  test('damaged compressed data is a finding', async () => {
    const bytes = concat(archive(folder('a')), gzipSync('text').subarray(0, 12));
    const { findings } = await extractInitrd(bytes, { members: [], deep: true });
    expect(findings).toMatchObject([{ rule: 'archive/damaged', offset: 512 }]);
  });

  test('no path leads out, no two are the same, whatever the image', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'b', 'a#2', '\\', ' ');
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const mode = fc.constantFrom(0o100644, 0o040755, 0o120777);
    const member = fc.record({ name, mode }).filter(({ name }) => name !== '');
    const images = fc.array(member, { maxLength: 8 }).map((members) => archive(...members));
    fc.assert(
      fc.property(fc.oneof(images, fc.constantFrom(...HOSTILE_INITRDS.map(({ bytes }) => bytes))), (bytes) => {
        const { items } = plan(bytes);
        const files = items.filter(({ kind }) => kind === 'file').map(({ path }) => path);
        expect(items.filter(({ path }) => !/^early-\d+(?:\/(?!\.{0,2}(?:\/|$))[^/]+)+$/.test(path))).toEqual([]);
        expect(new Set(files).size).toBe(files.length);
        const inTheWay = items.filter(({ path }) => files.some((file) => path !== file && path.startsWith(`${file}/`)));
        expect(inTheWay).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
