import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archive, file, folder } from '../../../fixtures/cpio.ts';
import { membersOf, readCpio } from '../../../src/formats/cpio/read.ts';
import { layoutNewc, type NewcEntry, newcChunks, writeNewc } from '../../../src/formats/cpio/write.ts';

const word = fc.integer({ min: 0, max: 0xffff_ffff });

const entry: fc.Arbitrary<NewcEntry> = fc.record(
  {
    name: fc
      .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
      .filter((name) => !name.includes('\0') && name !== 'TRAILER!!!'),
    mode: word,
    ino: word,
    uid: word,
    gid: word,
    nlink: word,
    mtime: word,
    devmajor: word,
    devminor: word,
    rdevmajor: word,
    rdevminor: word,
    data: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 3 }),
    alignData: fc.constantFrom(1, 4, 16, 512),
  },
  { requiredKeys: ['name'] },
);

describe('the newc writer', () => {
  test('what is written is read back, field by field and byte by byte', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), fc.constantFrom(4, 16, 512, 1024), (entries, padTo) => {
        const bytes = writeNewc(entries, padTo);
        const image = readCpio(bytes);
        const [segment] = image.segments;
        if (segment?.kind !== 'archive') throw new Error('no archive');
        const read = [...membersOf(bytes, segment)].map(({ name, header, dataOffset, dataSize }, index) => ({
          name,
          header,
          aligned: dataOffset % (entries[index]?.alignData ?? 1) === 0 ? entries[index]?.alignData : dataOffset,
          data: Buffer.from(bytes.subarray(dataOffset, dataOffset + dataSize)),
        }));
        const numbers = { mode: 0o100644, ino: 0, uid: 0, gid: 0, nlink: 1, mtime: 0 };
        const devices = { devmajor: 0, devminor: 0, rdevmajor: 0, rdevminor: 0 };
        expect(read).toEqual(
          entries.map(({ name, data = [], alignData, ...fields }) => ({
            name,
            header: expect.objectContaining({ ...numbers, ...devices, ...fields }),
            aligned: alignData,
            data: Buffer.concat(data),
          })),
        );
        expect(bytes.length % padTo).toBe(0);
        expect(image.findings.filter(({ rule }) => rule !== 'cpio/parent-path' && rule !== 'cpio/file-type')).toEqual(
          [],
        );
      }),
      { numRuns: 300 },
    );
  });

  test('data fall on the asked multiple by NULs after the name, no more than needed', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), (entries) => {
        for (const { entry, dataOffset, extraNuls } of layoutNewc(entries).entries) {
          expect(dataOffset % (entry.alignData ?? 1)).toBe(0);
          expect(extraNuls).toBeLessThan((entry.alignData ?? 4) + 4);
        }
      }),
    );
  });

  test('the bytes of the data are handed on, not copied', () => {
    const data = new Uint8Array(5000);
    expect([...newcChunks(layoutNewc([file('a', data)]))]).toContain(data);
  });

  test('an empty archive is a trailer', () => {
    expect(Buffer.from(writeNewc([], 4)).toString('latin1')).toBe(
      `070701${'0'.repeat(32)}00000001${'0'.repeat(48)}0000000B${'0'.repeat(8)}TRAILER!!!\0\0\0\0`,
    );
  });

  test('the default fills up to 512', () => {
    expect(archive(folder('a'), file('a/b', 'text')).length).toBe(512);
  });

  test('names that no reader could read are refused', () => {
    expect(() => writeNewc([file('', '')])).toThrow(RangeError);
    expect(() => writeNewc([file('a\0b', '')])).toThrow(RangeError);
  });
});
