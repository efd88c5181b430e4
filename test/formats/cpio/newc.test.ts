import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withField } from '../../../fixtures/cpio.ts';
import { align4, dataDistance, NEWC, type NewcHeader, tolerantHex } from '../../../src/formats/cpio/newc.ts';

const word = fc.integer({ min: 0, max: 0xffff_ffff });

const header: fc.Arbitrary<NewcHeader> = fc.record({
  magic: fc.constantFrom('070701', '070702'),
  ino: word,
  mode: word,
  uid: word,
  gid: word,
  nlink: word,
  mtime: word,
  filesize: word,
  devmajor: word,
  devminor: word,
  rdevmajor: word,
  rdevminor: word,
  namesize: word,
  check: word,
});

describe('the newc header', () => {
  test('encode then decode is identity', () => {
    fc.assert(
      fc.property(header, (value) => {
        expect(NEWC.decode(NEWC.encode(value))).toEqual(value);
      }),
    );
  });

  test('its 110 bytes are printable and in upper case', () => {
    fc.assert(
      fc.property(header, (value) => {
        expect(Buffer.from(NEWC.encode(value)).toString('latin1')).toMatch(/^07070[12][0-9A-F]{104}$/);
      }),
    );
  });

  test('lower-case digits are read alike', () => {
    const upper = NEWC.encode({ ...(NEWC.decode(Buffer.alloc(110, '0')) as NewcHeader), mtime: 0xdead_beef });
    const lower = Buffer.from(Buffer.from(upper).toString('latin1').toLowerCase(), 'latin1');
    expect(NEWC.decode(lower)).toEqual(NEWC.decode(upper));
  });

  test('a field with a character that is no digit is not a number, and only that field', () => {
    const sound = NEWC.encode(NEWC.decode(Buffer.alloc(110, '0')) as NewcHeader);
    const value = NEWC.decode(withField(sound, 0, 'uid', '0000g000'));
    expect(value?.uid).toBeNaN();
    expect(NEWC.violations(value as NewcHeader).map(({ rule, field }) => [rule, field])).toEqual([
      ['cpio/hex-digit', 'uid'],
    ]);
    expect(NEWC.violations(NEWC.decode(sound) as NewcHeader)).toEqual([]);
  });

  test('a header needs all its 110 bytes', () => {
    expect(NEWC.decode(Buffer.alloc(109, '0'))).toBeUndefined();
  });
});

test('the unpacker of Linux takes the digits before the first bad character', () => {
  expect(['0000001F', '00001g00', 'g0000000', '0x00001f', ' 0000001'].map(tolerantHex)).toEqual([0x1f, 1, 0, 0x1f, 0]);
});

test('data start at the first multiple of 4 behind the name', () => {
  expect([1, 2, 3, 7, 38, 42].map(dataDistance)).toEqual([112, 112, 116, 120, 148, 152]);
  expect([0, 1, 4, 0xffff_ffff].map(align4)).toEqual([0, 4, 4, 0x1_0000_0000]);
});
