import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../../src/findings/failure.ts';
import { writeOutput } from '../../../src/io/write/output.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { RUN } from '../../support/ucodekit.ts';

const text = (words: string): readonly Uint8Array[] => [Buffer.from(words)];

test('a link stays a link, and the file it leads to is replaced with its permissions', () => {
  const folder = temporaryFolder();
  const [file, link] = [join(folder, 'file'), join(folder, 'link')];
  writeFileSync(file, 'old', { mode: 0o640 });
  symlinkSync('file', link);
  writeOutput(link, text('new'));
  expect(readlinkSync(link)).toBe('file');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder).sort()).toEqual(['file', 'link']);
});

test('a file is made, and a link that leads nowhere becomes one', () => {
  const folder = temporaryFolder();
  symlinkSync('nowhere', join(folder, 'link'));
  for (const name of ['file', 'link']) {
    writeOutput(join(folder, name), text('new'));
    expect(lstatSync(join(folder, name)).isFile()).toBe(true);
  }
});

test('a device takes the bytes and stays what it is', () => {
  writeOutput('/dev/null', text('new'));
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('a device that is full is said to be', () => {
  expect(() => {
    writeOutput('/dev/full', text('new'));
  }).toThrow(Failure);
  expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
});

test('a folder is no output', () => {
  const folder = temporaryFolder();
  expect(() => {
    writeOutput(folder, text('new'));
  }).toThrow(/cannot be written/);
  expect(readdirSync(folder)).toEqual([]);
});

test('an image goes through a named pipe', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '06-9a-04'), intelUpdate());
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const script = `"$1" "$2" initrd build 06-9a-04 -o pipe >/dev/null & cat pipe; wait "$!"`;
  const { status, stdout } = spawnSync('sh', ['-c', script, 'sh', process.execPath, RUN], { cwd: folder });
  expect({ status, magic: stdout.subarray(0, 6).toString() }).toEqual({ status: 0, magic: '070701' });
  expect(lstatSync(join(folder, 'pipe')).isFIFO()).toBe(true);
});
