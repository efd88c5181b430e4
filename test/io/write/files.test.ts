import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../../src/findings/failure.ts';
import { writeFiles } from '../../../src/io/write/files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const file = (path: string, text = 'new') => ({ path, parts: [Buffer.from(text)] });

test('folders are made on the way, and nothing is left behind beside the files', () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  writeFiles(folder, [file('x'), file('sub/y', 'why')], false);
  expect(readdirSync(folder).sort()).toEqual(['sub', 'x']);
  expect(readFileSync(join(folder, 'sub', 'y'), 'utf8')).toBe('why');
});

test('one existing file refuses all, and --overwrite replaces it', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'b'), 'old');
  expect(() => writeFiles(folder, [file('a'), file('b')], false)).toThrow('would overwrite b');
  expect(readdirSync(folder)).toEqual(['b']);
  writeFiles(folder, [file('a'), file('b')], true);
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('new');
});

test('a folder is never replaced', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));
  expect(() => writeFiles(folder, [file('a')], true)).toThrow(Failure);
});

test('a link on the way is not followed', () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  symlinkSync(elsewhere, join(folder, 'sub'));
  expect(() => writeFiles(folder, [file('sub/a')], true)).toThrow('is no folder of its own');
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('a link in the place of a file is neither followed nor replaced', () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  symlinkSync(join(elsewhere, 'target'), join(folder, 'a'));
  expect(() => writeFiles(folder, [file('a')], true)).toThrow(Failure);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('a file where the folder should be is a failure of kind output', () => {
  const path = join(temporaryFolder(), 'x');
  writeFileSync(path, '');
  expect(() => writeFiles(path, [file('a')], false)).toThrow(Failure);
});

test.each(['../a', '/a', 'a/../b', '', 'a//b', '.a', 'a\\b'])('the name %j is a mistake of the caller', (path) => {
  expect(() => writeFiles(temporaryFolder(), [file(path)], false)).toThrow(RangeError);
});
