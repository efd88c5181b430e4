import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../src/io/write/make-folder.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('folders are made as deep as need be, and left alone where they are', () => {
  const root = temporaryFolder();
  const deep = join(root, 'one/two/three');
  makeFolder(deep);
  makeFolder(deep);
  makeFolder(`${deep}/`);
  expect(existsSync(deep)).toBe(true);
  symlinkSync('one', join(root, 'link'));
  makeFolder(join(root, 'link/more'));
  expect(existsSync(join(root, 'one/more'))).toBe(true);
});

test('what stands in the way is an error', () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'file'), '');
  mkdirSync(join(root, 'folder'));
  symlinkSync('nowhere', join(root, 'folder/dangling'));
  for (const path of ['file', 'file/below', 'folder/dangling', 'folder/dangling/below']) {
    expect(() => {
      makeFolder(join(root, path));
    }).toThrow(/E(?:EXIST|NOTDIR|NOENT)/);
  }
});

test('a folder that takes none is an error, and no endless loop', () => {
  expect(() => {
    makeFolder('/proc/no-such-process');
  }).toThrow('ENOENT');
  expect(() => {
    makeFolder('/proc/no-such-process/below');
  }).toThrow('ENOENT');
});
