import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from '../../../fixtures/bytes.ts';
import { Failure } from '../../../src/findings/failure.ts';
import { openFileSource } from '../../../src/io/read/file-source.ts';
import { replaceFile } from '../../../src/io/write/replace.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const random = seeded(3);
const bytes = Uint8Array.from({ length: 700_000 }, () => random() & 0xff);

function written(): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, bytes);
  return path;
}

test('a file read by position reads like its bytes, whatever the order', () => {
  const source = openFileSource(written());
  expect(source.size).toBe(bytes.length);
  fc.assert(
    fc.property(fc.nat(710_000), fc.oneof(fc.nat(300), fc.nat(700_000)), (offset, length) => {
      const wanted = bytes.subarray(offset, offset + length);
      return Buffer.compare(source.view(offset, length), wanted) === 0;
    }),
  );
  source.close();
});

test('what is no file, or not there, is a failure', () => {
  const folder = temporaryFolder();
  expect(() => openFileSource(folder)).toThrow('is not a regular file');
  expect(() => openFileSource(join(folder, 'none'))).toThrow(Failure);
});

test('a file that shrinks while it is read is a failure', () => {
  const path = written();
  const source = openFileSource(path);
  truncateSync(path, 1000);
  expect(() => source.view(600_000, 10)).toThrow('became shorter while it was read');
});

test('a file that changed meanwhile is not replaced', () => {
  const path = written();
  const source = openFileSource(path);
  appendFileSync(path, 'x');
  expect(() => replaceFile(path, source, [Buffer.from('new')])).toThrow('changed while it was read');
  expect(statSync(path).size).toBe(bytes.length + 1);
});

test('a file that another one took the place of meanwhile is not replaced', () => {
  const path = written();
  const source = openFileSource(path);
  writeFileSync(`${path}.new`, 'theirs');
  renameSync(`${path}.new`, path);
  expect(() => replaceFile(path, source, [Buffer.from('ours')])).toThrow('changed while it was read');
  expect(readFileSync(path, 'utf8')).toBe('theirs');
});

test('bytes that fail to come leave the old file and nothing else', () => {
  const path = written();
  const source = openFileSource(path);
  const failing = function* (): Generator<Uint8Array> {
    yield bytes;
    throw new Failure({ kind: 'input', code: 'input/unreadable', message: 'gone', advice: '' });
  };
  expect(() => replaceFile(path, source, failing())).toThrow('gone');
  expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
});

test('what cannot be written is a failure of the output', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  const source = openFileSource(path);
  mkdirSync(join(folder, 'other'));
  renameSync(path, join(folder, 'other/file'));
  expect(() => replaceFile(path, source, [bytes])).toThrow(Failure);
});
