import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { tar } from '../../fixtures/archives.ts';
import { amdFolder, intelFolder } from '../support/debian.ts';
import { openedLines as lines } from '../support/opened-lines.ts';
import { temporaryFolder } from '../support/temporary.ts';

const VIA = Buffer.from('RRAS and more');

function sampleFolder(): string {
  const folder = temporaryFolder();
  for (const name of ['b', 'a', 'README', 'LICENSE.md', 'COPYING', 'a.asc', '.hidden']) {
    writeFileSync(join(folder, name), VIA);
  }
  mkdirSync(join(folder, 'more'));
  writeFileSync(join(folder, 'more', 'c'), VIA);
  return folder;
}

describe('opening inputs', () => {
  test('takes a folder’s files in byte order and counts what it passes over: input/other-files', async () => {
    const folder = sampleFolder();
    const read = async (): Promise<string[]> => (await lines([folder])).map((line) => line.slice(folder.length + 1));
    // What belongs beside microcode is not worth a line.
    expect(await read()).toEqual(['a via 13', 'b via 13', 'more/c via 13']);
    for (const name of ['wifi.ucode', 'gpu.bin']) writeFileSync(join(folder, name), 'text');
    expect((await read()).at(-1)).toBe('input/other-files: passed over 2 other files; -v lists them');
  });

  test('lists what it passes over when asked to', async () => {
    const folder = sampleFolder();
    expect(
      (await lines([folder], { listOthers: true, recursive: false })).map((line) => line.slice(folder.length + 1)),
    ).toEqual([
      '.hidden input/skipped: passed over: a hidden file',
      'COPYING input/skipped: passed over: a licence',
      'LICENSE.md input/skipped: passed over: a licence',
      'README input/skipped: passed over: documentation',
      'a via 13',
      'a.asc input/skipped: passed over: a detached signature',
      'b via 13',
      'more input/skipped: passed over: a folder',
    ]);
  });

  test('does not follow a link to a folder, but one to a file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), VIA);
    symlinkSync('a', join(folder, 'b'));
    symlinkSync('.', join(folder, 'c'));
    symlinkSync('nowhere', join(folder, 'd'));
    expect(await lines([folder], { listOthers: true })).toEqual([
      `${folder}/a via 13`,
      `${folder}/b via 13`,
      `${folder}/c input/skipped: passed over: a link to a folder`,
      `${folder}/d input/skipped: passed over: a link to nothing`,
    ]);
  });

  test('reads a skipped name when it is given itself', async () => {
    const folder = sampleFolder();
    expect(await lines([join(folder, 'README')])).toEqual([`${folder}/README via 13`]);
  });

  test('goes on after an input that cannot be read, is empty or is unknown', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text'), 'Hello, world');
    writeFileSync(join(folder, 'via'), VIA);
    expect(
      await lines([join(folder, 'absent'), ...['empty', 'text', 'via'].map((name) => join(folder, name))]),
    ).toEqual([
      `${folder}/absent input/unreadable: cannot be read: no such file or folder`,
      `${folder}/empty input/empty: holds no bytes`,
      `${folder}/text input/unknown-format: is neither microcode nor a container of it (starts with 48656c6c6f2c2077)`,
      `${folder}/via via 13`,
    ]);
  });

  describe('in a firmware tree', () => {
    const tree = (files: Readonly<Record<string, Uint8Array | string>>): string => {
      const folder = temporaryFolder();
      for (const [path, bytes] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      return folder;
    };
    const read = async (files: Readonly<Record<string, Uint8Array | string>>, options = {}): Promise<string[]> => {
      const folder = tree(files);
      return (await lines([folder], options)).map((line) => line.slice(folder.length + 1));
    };
    const OTHER = 'input/other-files: passed over 1 other file; -v lists them';

    test('what is no microcode by content, name or place is passed over', async () => {
      expect(await read({ 'iwlwifi.ucode': 'TLV', 'a/update': VIA })).toEqual(['a/update via 13', OTHER]);
    });

    test.each([
      ['by its name', '06-9a-04'],
      ['by its name', 'backup/microcode_amd_fam19h.bin'],
      ['by its name behind a suffix of a compressor', '06-9a-04.xz'],
      ['by its place', 'intel-ucode/notes'],
      ['by its place', 'amd-ucode/anything'],
      ['by its place', 'kernel/x86/microcode/anything'],
    ])('a file that says %s that it is microcode must be: %s', async (_, name) => {
      expect(await read({ [name]: 'text', via: VIA })).toEqual([
        expect.stringContaining(`${name} input/unknown-format`),
        'via via 13',
      ]);
      expect(await read({ [name]: '', via: VIA })).toEqual([
        expect.stringContaining(`${name} input/empty`),
        'via via 13',
      ]);
    });

    test('archives and images are looked into, and passed over when they hold none', async () => {
      const archive = await tar({ name: 'via', bytes: VIA });
      const foreign = await tar({ name: 'text', bytes: Buffer.from('text') });
      expect(await read({ 'a.tar': archive, 'b.tar': foreign })).toEqual(['a.tar!via via 13', OTHER]);
    });

    test('compressed firmware of other devices is not expanded, compressed archives are', async () => {
      const archive = gzipSync(await tar({ name: 'via', bytes: VIA }));
      const damaged = Buffer.from('1f8b0800', 'hex');
      expect(await read({ 'a.tar.gz': archive, 'wifi.bin.gz': damaged })).toEqual(['a.tar.gz!a.tar!via via 13', OTHER]);
    });

    test('a folder without any is an error, empty or not: input/no-microcode', async () => {
      expect(await read({ 'more/text': 'text' })).toEqual([
        'input/no-microcode: holds no microcode: 1 other file passed over, not microcode by name, place or first bytes',
      ]);
      expect(await read({ 'more/via': VIA }, { recursive: false })).toEqual([
        expect.stringContaining('subfolders were not entered (--no-recursive)'),
      ]);
      const folder = temporaryFolder();
      expect(await lines([folder])).toEqual([`${folder} input/no-microcode: holds no microcode: the folder is empty`]);
    });

    test('updates with caveats are left out when asked to, unless they are named: input/caveats', async () => {
      const files = { 'intel-ucode/06-9a-04': VIA, 'intel-ucode-with-caveats/06-4f-01': VIA };
      const folder = tree(files);
      expect(await lines([folder])).toEqual([
        `${folder}/intel-ucode/06-9a-04 via 13`,
        `${folder}/intel-ucode-with-caveats/06-4f-01 via 13`,
      ]);
      expect(await lines([folder], { withoutCaveats: true })).toEqual([
        `${folder}/intel-ucode/06-9a-04 via 13`,
        `${folder}/intel-ucode-with-caveats input/caveats: is left out: Intel keeps these updates apart because they need care`,
      ]);
      const named = join(folder, 'intel-ucode-with-caveats');
      expect(await lines([named], { withoutCaveats: true })).toEqual([`${named}/06-4f-01 via 13`]);
    });
  });

  test('reads standard input', async () => {
    expect(await lines(['-'], { stdin: Readable.from([VIA]) })).toEqual(['- via 13']);
  });

  test('says that standard input cannot be read, at once or on the way', async () => {
    const failing = async function* (...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
      yield* chunks;
      throw Object.assign(new Error('EISDIR: illegal operation on a directory, read'), { code: 'EISDIR' });
    };
    const archive = await tar({ name: 'via', bytes: VIA }, { name: 'large', bytes: new Uint8Array(200_000) });
    for (const chunks of [[], [VIA], [new Uint8Array(100_000)]]) {
      expect(await lines(['-'], { stdin: failing(...chunks) })).toEqual([
        '- input/unreadable: cannot be read: is a folder',
      ]);
    }
    expect(await lines(['-'], { stdin: failing(archive.subarray(0, 150_000)) })).toEqual([
      '-!via via 13',
      '- input/unreadable: cannot be read: is a folder',
    ]);
  });

  test('stops at the size limit with one finding', async () => {
    const path = join(temporaryFolder(), 'via');
    writeFileSync(path, VIA);
    expect(await lines([path], { limits: { fileBytes: 12 } })).toEqual([
      `${path} input/limit: stopped at the limit of 12 bytes of input`,
    ]);
  });

  test('takes the user’s word for a format that the bytes do not tell', async () => {
    const path = join(temporaryFolder(), 'text');
    writeFileSync(path, 'Hello');
    expect(await lines([path], { type: 'intel' })).toEqual([`${path} intel 5`]);
  });

  test('finds every file of Debian’s packages, the same with a reused buffer', async (context) => {
    const folders = [intelFolder(context), amdFolder(context)];
    const fresh = await lines(folders);
    expect(fresh.filter((line) => / intel \d+$/.test(line))).toHaveLength(126);
    expect(fresh.filter((line) => / amd-container \d+$/.test(line))).toHaveLength(5);
    expect(await lines(folders, { reuseBuffer: true })).toEqual(fresh);
  });
});
