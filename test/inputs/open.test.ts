import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
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
  test('takes a folder’s files in byte order and says what it passes over', async () => {
    const folder = sampleFolder();
    expect((await lines([folder])).map((line) => line.slice(folder.length + 1))).toEqual([
      '.hidden input/skipped: passed over: a hidden file',
      'COPYING input/skipped: passed over: a licence',
      'LICENSE.md input/skipped: passed over: a licence',
      'README input/skipped: passed over: documentation',
      'a via 13',
      'a.asc input/skipped: passed over: a detached signature',
      'b via 13',
      'more input/skipped: passed over: a folder; --recursive enters it',
    ]);
  });

  test('enters subfolders when asked to', async () => {
    const folder = sampleFolder();
    expect(await lines([folder], { recursive: true })).toContain(`${folder}/more/c via 13`);
  });

  test('does not follow a link to a folder, but one to a file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), VIA);
    symlinkSync('a', join(folder, 'b'));
    symlinkSync('.', join(folder, 'c'));
    expect(await lines([folder], { recursive: true })).toEqual([
      `${folder}/a via 13`,
      `${folder}/b via 13`,
      `${folder}/c input/skipped: passed over: a link to a folder`,
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
    expect(await lines([join(folder, 'absent'), folder])).toEqual([
      `${folder}/absent input/unreadable: cannot be read: no such file or folder`,
      `${folder}/empty input/empty: holds no bytes`,
      `${folder}/text input/unknown-format: is neither microcode nor a container of it (starts with 48656c6c6f2c2077)`,
      `${folder}/via via 13`,
    ]);
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
