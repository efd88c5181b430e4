import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { keptBuffer, listFolder, readFile, readStream, reusedBuffer } from '../../../src/io/read/read.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const LIMIT = 1 << 20;

describe('reading a file', () => {
  test('gives its bytes at a multiple of eight', () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, 'microcode');
    const result = readFile(path, LIMIT);
    if (result.kind !== 'bytes') throw new Error(result.kind);
    expect(Buffer.from(result.bytes).toString()).toBe('microcode');
    expect(result.bytes.byteOffset % 8).toBe(0);
  });

  test('into a reused buffer grows it when a larger file comes', () => {
    const folder = temporaryFolder();
    const large = Buffer.alloc(3 << 20, 'x');
    writeFileSync(join(folder, 'small'), 'small');
    writeFileSync(join(folder, 'large'), large);
    const buffer = reusedBuffer();
    for (const name of ['small', 'large', 'small']) {
      const result = readFile(join(folder, name), 1 << 22, buffer);
      if (result.kind !== 'bytes') throw new Error(result.kind);
      expect(Buffer.compare(result.bytes, readFileSync(join(folder, name)))).toBe(0);
    }
  });

  test('reads to the end where stat tells no size', () => {
    const result = readFile('/proc/self/status', LIMIT);
    expect(result.kind === 'bytes' && result.bytes.length).toBeGreaterThan(100);
  });

  test('stops at the limit', () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, 'microcode');
    expect(readFile(path, 8)).toEqual({ kind: 'too-large', limit: 8 });
    expect(readFile('/proc/self/status', 8)).toEqual({ kind: 'too-large', limit: 8 });
    expect(readFile(path, 9).kind).toBe('bytes');
  });

  test('says what cannot be read, and does not wait for a pipe', () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('loop', join(folder, 'loop'));
    expect(readFile(join(folder, 'absent'), LIMIT)).toEqual({ kind: 'failure', reason: 'no such file or folder' });
    expect(readFile(join(folder, 'loop'), LIMIT)).toEqual({ kind: 'failure', reason: 'too many symbolic links' });
    expect(readFile(join(folder, 'pipe'), LIMIT)).toEqual({
      kind: 'failure',
      reason: 'is a pipe (- reads standard input)',
    });
    expect(readFile('/dev/zero', LIMIT)).toEqual({ kind: 'failure', reason: 'is a device' });
    expect(readFile(folder, LIMIT)).toEqual({ kind: 'folder' });
  });
});

describe('reading a stream', () => {
  test('joins its pieces', async () => {
    const result = await readStream(Readable.from([Buffer.from('micro'), Buffer.from('code')]), LIMIT);
    expect(result.kind === 'bytes' && Buffer.from(result.bytes).toString()).toBe('microcode');
  });

  test('stops at the limit', async () => {
    expect(await readStream(Readable.from([Buffer.alloc(5), Buffer.alloc(5)]), 9)).toEqual({
      kind: 'too-large',
      limit: 9,
    });
  });
});

describe('listing a folder', () => {
  test('sorts by the bytes of the names', () => {
    const folder = temporaryFolder();
    // U+FF5E sorts after U+1F600 by UTF-16 units and before it by bytes.
    for (const name of ['b', 'B', '\u{1F600}', '\uFF5E', 'é', '06-8f-08']) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'a'));
    symlinkSync('b', join(folder, 'link'));
    const listed = listFolder(folder);
    if (listed.kind === 'failure') throw new Error(listed.reason);
    expect(listed.entries.map(({ name }) => name)).toEqual([
      '06-8f-08',
      'B',
      'a',
      'b',
      'link',
      'é',
      '\uFF5E',
      '\u{1F600}',
    ]);
    expect(listed.entries.find(({ name }) => name === 'a')?.kind).toBe('folder');
    expect(listed.entries.find(({ name }) => name === 'link')?.kind).toBe('link');
  });

  test('says why it cannot', () => {
    expect(listFolder(join(temporaryFolder(), 'absent'))).toEqual({
      kind: 'failure',
      reason: 'no such file or folder',
    });
  });
});

describe('a buffer for files that are all kept', () => {
  test('holds each of them, and what does not fit is held elsewhere', () => {
    const folder = temporaryFolder();
    const contents = [Buffer.alloc(100, 'a'), Buffer.alloc(70 << 20, 'b'), Buffer.alloc(3 << 20, 'c')];
    const buffer = keptBuffer();
    const read = contents.map((content, index) => {
      const path = join(folder, String(index));
      writeFileSync(path, content);
      const result = readFile(path, 1 << 30, buffer);
      if (result.kind !== 'bytes') throw new Error(result.kind);
      return result.bytes;
    });
    for (const [index, bytes] of read.entries()) expect(Buffer.compare(bytes, contents[index] ?? Buffer.of())).toBe(0);
    expect(read.map(({ byteOffset }) => byteOffset % 8)).toEqual([0, 0, 0]);
    expect(read[2]?.buffer).toBe(read[0]?.buffer);
    expect(read[1]?.buffer).not.toBe(read[0]?.buffer);
  });

  test.each([
    ['kept', keptBuffer],
    ['reused', reusedBuffer],
  ])('%s: what was read stays when a file turns out longer, however often', (_, make) => {
    const buffer = make();
    buffer.room(4, 0).set([1, 2, 3, 4]);
    for (const size of [8, 3 << 20, 7 << 20]) {
      const longer = buffer.room(size, 4);
      expect(longer.length).toBeGreaterThanOrEqual(size);
      expect([...longer.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    }
  });

  test('follows a file that is longer than it said', () => {
    const result = readFile('/proc/self/status', LIMIT, keptBuffer());
    expect(result.kind === 'bytes' && Buffer.from(result.bytes).toString()).toMatch(/^Name:[^]*\n$/);
  });
});
