import { describe, expect, test } from 'vitest';
import { concat } from '../../../fixtures/bytes.ts';
import { archive, file, folder, parents, unpadded, withField, withMagic } from '../../../fixtures/cpio.ts';
import { findCpioData, type LookupVariant } from '../../../src/formats/cpio/early-lookup.ts';

const PATH = 'kernel/x86/microcode/GenuineIntel.bin';
const sound = archive(...parents, file(PATH, 'payload!'));
const zeros = (count: number): Uint8Array => new Uint8Array(count);

/** The text that is found, or where and why the search ended. */
function find(bytes: Uint8Array, variant?: LookupVariant): unknown {
  const result = findCpioData(bytes, PATH, variant);
  if (!result.found) return [result.reason, result.offset];
  return Buffer.from(bytes.subarray(result.offset, result.offset + result.size)).toString('latin1');
}

describe('find_cpio_data', () => {
  test('returns the data of the file', () => {
    expect(findCpioData(sound, PATH)).toEqual({
      found: true,
      headerOffset: 376,
      offset: 524,
      size: 8,
      longName: null,
    });
  });

  test('neither parents nor a trailer nor one link are needed', () => {
    const bare = unpadded(file(PATH, 'payload!', { nlink: 7 }));
    expect(find(bare)).toBe('payload!');
    expect(find(bare.subarray(0, bare.length - 124))).toBe('payload!');
  });

  test('goes on behind a trailer and over zeros in fours', () => {
    expect(find(concat(unpadded(folder('a')), sound))).toBe('payload!');
    expect(find(concat(zeros(4), sound))).toBe('payload!');
    expect(find(concat(zeros(512), sound))).toBe('payload!');
    expect(find(concat(archive(folder('a')), sound))).toBe('payload!');
  });

  test.each([1, 2, 3, 6])('%i zeros in front hide everything', (count) => {
    expect(find(concat(zeros(count), sound))).toEqual(['hex-digit', count < 4 ? 4 : 8]);
  });

  test('the last 110 bytes are never looked at', () => {
    expect(find(sound.subarray(0, 110))).toEqual(['end-of-data', 0]);
    expect(find(sound.subarray(0, 111))).toEqual(['beyond-the-end', 0]);
    expect(find(zeros(0))).toEqual(['end-of-data', 0]);
  });

  test('a bad digit anywhere in a header ends the search', () => {
    expect(find(withField(sound, 120, 'gid', '0000000-'))).toEqual(['hex-digit', 120]);
  });

  test('lower-case digits will do', () => {
    expect(find(withField(sound, 0, 'ino', 'abcdefab'))).toBe('payload!');
  });

  test('a header of another format ends the search', () => {
    expect(find(withMagic(sound, 0, '070702'))).toBe('payload!');
    expect(find(withMagic(sound, 0, '070707'))).toEqual(['magic', 0]);
    expect(find(withMagic(sound, 0, '070700'))).toEqual(['magic', 0]);
  });

  test('a file whose padding is cut off is not found', () => {
    const bare = unpadded(file(PATH, 'payload')).subarray(0, 148 + 7);
    expect(find(bare)).toEqual(['beyond-the-end', 0]);
    expect(find(concat(bare, zeros(1)))).toBe('payload');
  });

  test('a size beyond the end ends the search', () => {
    expect(find(withField(sound, 0, 'filesize', 0xffff_ffff))).toEqual(['beyond-the-end', 0]);
    expect(find(withField(sound, 0, 'namesize', 0xffff_ffff))).toEqual(['beyond-the-end', 0]);
  });

  test('the first file whose name starts with the path wins', () => {
    const twin = archive(file(`${PATH}.bak`, 'wrong'), file(PATH, 'right'));
    expect(find(twin)).toBe('wrong');
    expect(find(twin, 'exact')).toBe('right');
    expect(find(archive(file(PATH, 'first'), file(PATH, 'second')))).toBe('first');
  });

  test('only regular files match', () => {
    expect(find(archive(folder(PATH), file(PATH, 'right')))).toBe('right');
    expect(find(archive(file(PATH, 'link', { mode: 0o120777 })))).toEqual(['end-of-data', 512]);
    expect(find(archive(file(PATH, 'none', { mode: 0o644 })))).toEqual(['end-of-data', 512]);
  });

  test('other forms of the name do not match', () => {
    for (const name of [`./${PATH}`, `/${PATH}`, PATH.toLowerCase(), 'GenuineIntel.bin']) {
      expect(findCpioData(archive(file(name, 'x'), file('pad', 'x'.repeat(200))), PATH).found).toBe(false);
    }
  });

  test('NULs behind the name are fine for all but the early Xen releases', () => {
    const padded = archive(file(PATH, 'payload!', { alignData: 16 }));
    expect(find(padded)).toBe('payload!');
    expect(find(padded, 'exact')).toEqual(['end-of-data', 512]);
    expect(find(archive(file(PATH, 'payload!')), 'exact')).toBe('payload!');
  });

  test('18 or more bytes behind the path are worth a warning', () => {
    const long = (extra: number) => findCpioData(archive(file(`${PATH}${'x'.repeat(extra)}`, 'p')), PATH);
    expect(long(16)).toMatchObject({ found: true, longName: null });
    expect(long(17)).toMatchObject({ found: true, longName: 18 });
  });

  test('an empty file is a match of size 0', () => {
    expect(findCpioData(archive(file(PATH, '')), PATH)).toMatchObject({ found: true, size: 0 });
  });
});
