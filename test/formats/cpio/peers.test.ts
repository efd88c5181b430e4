import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { extract, type Header, pack } from 'cpio-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archive, file, folder, parents } from '../../../fixtures/cpio.ts';
import { membersOf, readCpio } from '../../../src/formats/cpio/read.ts';
import type { NewcEntry } from '../../../src/formats/cpio/write.ts';
import { program } from '../../support/debian.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ucodekit-cpio-'));
});
afterEach(() => rmSync(place, { recursive: true }));

const STAMP = { mtime: 1_700_000_000, devmajor: 3, devminor: 1 };

/** Members that every peer can express: cpio-stream knows no inode 0, no device 0 and no name that is not ASCII. */
const entries: readonly NewcEntry[] = [
  ...parents.map((entry, index): NewcEntry => Object.assign({ ino: index + 1 }, STAMP, entry)),
  file('kernel/x86/a', 'x'.repeat(401), { ...STAMP, ino: 4 }),
  file('empty', '', { ...STAMP, ino: 5 }),
];

const listed = (bytes: Uint8Array): unknown[] =>
  readCpio(bytes).segments.flatMap((segment) =>
    segment.kind === 'archive'
      ? [...membersOf(bytes, segment)].map(({ name, header, dataOffset, dataSize }) => ({
          name,
          header,
          data: Buffer.from(bytes.subarray(dataOffset, dataOffset + dataSize)).toString('latin1'),
        }))
      : [],
  );

async function writtenByCpioStream(): Promise<Uint8Array> {
  const packer = pack({ format: 'newc' });
  for (const { name, mode = 0o100644, ino = 0, nlink = 1, data = [] } of entries) {
    const body = Buffer.concat(data);
    const times = { mtime: new Date(STAMP.mtime * 1000), devmajor: 3, devminor: 1, uid: 0, gid: 0 };
    await new Promise<void>((resolve, reject) => {
      packer.entry({ name, mode, ino, nlink, size: body.length, ...times }, body, (error) =>
        error === undefined || error === null ? resolve() : reject(error),
      );
    });
  }
  packer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packer) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

describe('cpio-stream', () => {
  test('writes what this writer writes, up to the padding behind the trailer', async () => {
    const theirs = await writtenByCpioStream();
    const ours = archive(...entries);
    const end = ours.findLastIndex((byte) => byte !== 0) + 4;
    expect(Buffer.compare(theirs.subarray(0, end), ours.subarray(0, end))).toBe(0);
    expect(listed(theirs)).toEqual(listed(ours));
  });

  test('reads what this writer writes', async () => {
    const read: [string, number, string][] = [];
    const extractor = extract();
    extractor.on('entry', (header: Header, stream: Readable, next: () => void) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        read.push([header.name, header.mode, Buffer.concat(parts).toString('latin1')]);
        next();
      });
    });
    await new Promise<void>((resolve, reject) => {
      extractor.on('finish', () => resolve());
      extractor.on('error', reject);
      Readable.from([Buffer.from(archive(...entries))]).pipe(extractor);
    });
    expect(read).toEqual(
      entries.map(({ name, mode = 0, data = [] }) => [name, mode, Buffer.concat(data).toString('latin1')]),
    );
  });
});

describe.each(['cpio', 'bsdcpio'])('%s', (tool) => {
  test('lists and unpacks what this writer writes, without complaint', (context) => {
    const path = program(context, tool);
    const bytes = archive(...entries, file('kernel/x86/aligned', 'y'.repeat(99), { alignData: 64, ino: 9 }));
    const list = execFileSync(path, ['-it', '--quiet'], { input: bytes, encoding: 'utf8', stdio: 'pipe' });
    const names = [...entries.map(({ name }) => name), 'kernel/x86/aligned'];
    expect(list.split('\n').filter((line) => line !== '')).toEqual(names);
    execFileSync(path, ['-id', '--quiet'], { input: bytes, cwd: place, stdio: 'pipe' });
    expect(readFileSync(join(place, 'kernel/x86/aligned'), 'utf8')).toBe('y'.repeat(99));
    expect(readFileSync(join(place, 'kernel/x86/a'), 'utf8')).toBe('x'.repeat(401));
  });

  test('writes what this reader reads', (context) => {
    const path = program(context, tool);
    mkdirSync(join(place, 'folder'));
    writeFileSync(join(place, 'folder/b'), 'bytes');
    const bytes = execFileSync(path, ['-o', '-H', 'newc', '--quiet'], {
      input: 'folder\nfolder/b\n',
      cwd: place,
      stdio: 'pipe',
    });
    const image = readCpio(bytes);
    expect(image.findings).toEqual([]);
    expect(listed(bytes)).toMatchObject([{ name: 'folder' }, { name: 'folder/b', data: 'bytes' }]);
  });

  test('writes an old format under -c, which is named', (context) => {
    const path = program(context, tool);
    writeFileSync(join(place, 'b'), 'bytes');
    const bytes = execFileSync(path, ['-oc', '--quiet'], { input: 'b\n', cwd: place, stdio: 'pipe' });
    expect(readCpio(bytes).findings).toMatchObject([{ rule: 'cpio/odc', offset: 0 }]);
  });
});

test('a link in an archive of GNU cpio keeps its data with the last name', (context) => {
  const path = program(context, 'cpio');
  const bytes = archive(folder('a'), file('one', '', { nlink: 2, ino: 7 }), file('two', 'data', { nlink: 2, ino: 7 }));
  execFileSync(path, ['-id', '--quiet'], { input: bytes, cwd: place, stdio: 'pipe' });
  expect(readFileSync(join(place, 'one'), 'utf8')).toBe('data');
});
