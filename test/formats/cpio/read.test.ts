import { describe, expect, test } from 'vitest';
import { concat, mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { archive, file, folder, parents, unpadded, withField, withMagic } from '../../../fixtures/cpio.ts';
import type { ByteSource } from '../../../src/bytes/source.ts';
import { findCpioData } from '../../../src/formats/cpio/early-lookup.ts';
import { type CpioImage, membersOf, readCpio } from '../../../src/formats/cpio/read.ts';

const zeros = (count: number): Uint8Array => new Uint8Array(count);
const sound = archive(...parents, file('a', 'text'));

const kinds = (image: CpioImage): string[] =>
  image.segments.map((segment) => {
    const what = segment.kind === 'compressed' ? segment.compression.name : segment.kind;
    return `${what} ${segment.start}-${segment.end}`;
  });

const rules = (bytes: Uint8Array): string[] => readCpio(bytes).findings.map(({ rule }) => rule);

const names = (bytes: Uint8Array): string[] =>
  readCpio(bytes).segments.flatMap((segment) =>
    segment.kind === 'archive' ? [...membersOf(bytes, segment)].map(({ name }) => name) : [],
  );

describe('segments', () => {
  test('an archive and the zeros behind it', () => {
    expect(kinds(readCpio(sound))).toEqual(['archive 0-616', 'zeros 616-1024']);
    expect(readCpio(sound).findings).toEqual([]);
    expect(names(sound)).toEqual(['kernel', 'kernel/x86', 'kernel/x86/microcode', 'a']);
  });

  test('several archives, zeros before and between them', () => {
    const image = concat(zeros(8), unpadded(folder('a')), sound);
    expect(kinds(readCpio(image))).toEqual(['zeros 0-8', 'archive 8-244', 'archive 244-860', 'zeros 860-1268']);
    expect(readCpio(image).findings).toEqual([]);
  });

  test.each([
    ['gzip', [0x1f, 0x8b, 8, 0]],
    ['gzip', [0x1f, 0x9e]],
    ['bzip2', [0x42, 0x5a, 0x68]],
    ['lzma', [0x5d, 0, 0]],
    ['xz', [0xfd, 0x37, 0x7a, 0x58]],
    ['lzo', [0x89, 0x4c, 0x5a]],
    ['lz4', [2, 0x21, 0x4c, 0x18]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
    ['lz4-frame', [4, 0x22, 0x4d, 0x18]],
  ])('%s is told by its first bytes', (name, magic) => {
    const image = readCpio(concat(sound, Uint8Array.from(magic), zeros(9)));
    expect(kinds(image).at(-1)).toBe(`${name} 1024-${1024 + magic.length + 9}`);
    expect(image.findings).toEqual([]);
  });

  test('nothing at all has no segments', () => {
    expect(readCpio(zeros(0))).toEqual({ size: 0, segments: [], findings: [] });
  });

  test('what is no archive is unknown, with its first bytes', () => {
    const image = readCpio(concat(sound, Buffer.from('garbage!?')));
    expect(image.segments.at(-1)).toEqual({ kind: 'unknown', start: 1024, end: 1033, what: null });
    expect(image.findings).toMatchObject([{ rule: 'cpio/garbage', offset: 1024, found: '6761726261676521' }]);
  });

  test('old cpio formats are named', () => {
    expect(readCpio(Buffer.from('070707000001')).segments).toMatchObject([{ kind: 'unknown', what: 'odc' }]);
    expect(readCpio(Uint8Array.of(0xc7, 0x71, 0, 0)).segments).toMatchObject([{ what: 'old binary' }]);
    expect(rules(Buffer.from('070707000001'))).toEqual(['cpio/odc']);
  });

  test('a source that hands out small views is read alike', () => {
    const bytes = concat(zeros(8), sound, unpadded(file('b', 'x'.repeat(300))), Uint8Array.of(0x1f, 0x8b));
    const scratch = new Uint8Array(1 << 16);
    const source: ByteSource = {
      size: bytes.length,
      view: (offset, length) => {
        const part = bytes.subarray(offset, offset + length);
        scratch.set(part);
        return scratch.subarray(0, part.length);
      },
    };
    expect(readCpio(source)).toEqual(readCpio(bytes));
  });
});

describe('members', () => {
  test('carry every field, offset and NUL', () => {
    const entry = file('name', 'data!', { uid: 1, gid: 2, nlink: 3, mtime: 4, ino: 5, alignData: 16 });
    const bytes = archive({ ...entry, devmajor: 6, devminor: 7, rdevmajor: 8, rdevminor: 9 });
    const [segment] = readCpio(bytes).segments;
    if (segment?.kind !== 'archive') throw new Error('no archive');
    const numbers = { ino: 5, mode: 0o100644, uid: 1, gid: 2, nlink: 3, mtime: 4, filesize: 5, check: 0 };
    const devices = { devmajor: 6, devminor: 7, rdevmajor: 8, rdevminor: 9 };
    expect([...membersOf(bytes, segment)]).toEqual([
      {
        headerOffset: 0,
        header: { magic: '070701', ...numbers, ...devices, namesize: 18 },
        name: 'name',
        nameNuls: 14,
        dataOffset: 128,
        dataSize: 5,
        nextOffset: 136,
      },
    ]);
    expect(segment.trailer).toBe(136);
  });

  test('behind a damaged header they are read on, as Linux does', () => {
    const damaged = withField(sound, 120, 'mtime', '0000000x');
    expect(names(damaged)).toEqual(names(sound));
    expect(readCpio(damaged).findings).toMatchObject([
      { rule: 'cpio/hex-digit', offset: 166, field: 'mtime', found: '0000000x' },
    ]);
  });
});

describe('faults', () => {
  const one = unpadded(file('name', 'data!'));

  test.each([
    ['a cut trailer header', sound.subarray(0, 550), ['cpio/truncated']],
    ['a cut magic', one.subarray(0, 128), ['cpio/truncated']],
    ['a cut name', one.subarray(0, 112), ['cpio/truncated']],
    ['cut data', one.subarray(0, 118), ['cpio/truncated']],
    ['cut padding', one.subarray(0, 122), ['cpio/truncated']],
    ['no trailer', one.subarray(0, 124), ['cpio/missing-trailer']],
    ['a size beyond the end', withField(one, 0, 'filesize', 0xffff_ffff), ['cpio/truncated']],
    ['an odd start', concat(sound, zeros(1), sound), ['cpio/unaligned']],
    [
      'a name size of zero, its name left where it was',
      withField(one, 0, 'namesize', 0),
      ['cpio/name-size-zero', 'cpio/padding', 'cpio/padding', 'cpio/missing-trailer', 'cpio/garbage'],
    ],
    ['a name without NUL', withField(one, 0, 'namesize', 4), ['cpio/name-not-terminated']],
    ['bytes behind the NUL', patched(unpadded(file('name!', '')), 113, [0]), ['cpio/name-hidden-tail']],
    ['a climbing name', unpadded(file('a/../../b', '')), ['cpio/parent-path']],
    ['no file type', unpadded(file('a', '', { mode: 0o644 })), ['cpio/file-type']],
    ['non-zero padding of the name', patched(one, 115, [1]), ['cpio/padding']],
    ['non-zero padding of the data', patched(one, 122, [1]), ['cpio/padding']],
    ['a trailer with data', withField(sound, 492, 'filesize', 8), ['cpio/trailer-data']],
    ['an endless name', unpadded(file('x'.repeat(4096), '')), ['cpio/name-too-long']],
    ['garbage', concat(one, Buffer.from('xyz')), ['cpio/garbage']],
    ['a wrong checksum', withMagic(one, 0, '070702'), ['cpio/crc-format', 'cpio/checksum']],
    ['a right checksum', withField(withMagic(one, 0, '070702'), 0, 'check', 443), ['cpio/crc-format']],
  ])('%s', (_, bytes, expected) => {
    expect(rules(bytes)).toEqual(expected);
  });

  test('a sound archive has none', () => {
    expect(rules(one)).toEqual([]);
  });

  test('a fault in every member is reported a few times and then counted', () => {
    const bytes = unpadded(...Array.from({ length: 100 }, () => file('..', '')));
    const found = readCpio(bytes).findings;
    expect(found.length).toBe(17);
    expect(found.at(-1)?.message).toBe('84 more findings of cpio/parent-path are left out');
  });
});

describe('hostile bytes', () => {
  test('a million empty members are read in bounded memory', () => {
    const member = unpadded(file('x', '')).subarray(0, 112);
    const bytes = new Uint8Array(112 * 1_000_000);
    for (let at = 0; at < bytes.length; at += 112) bytes.set(member, at);
    const [segment] = readCpio(bytes).segments;
    expect(segment?.kind === 'archive' && segment.headers.length).toBe(1_000_000);
    expect(findCpioData(bytes, 'y')).toEqual({ found: false, reason: 'end-of-data', offset: 111_999_888 + 112 });
  });

  test('100,000 mutated archives give segments without gaps and no exception', () => {
    const random = seeded(20);
    const seeds = [
      sound,
      concat(zeros(8), unpadded(folder('a')), sound, Uint8Array.of(0x1f, 0x8b)),
      withMagic(sound, 0, '070702'),
    ];
    const whole = (bytes: Uint8Array): boolean => {
      let at = 0;
      for (const segment of readCpio(bytes).segments) {
        if (segment.start !== at || segment.end <= at) return false;
        at = segment.end;
        if (segment.kind === 'archive') for (const member of membersOf(bytes, segment)) void member.name;
      }
      findCpioData(bytes, 'a');
      return at === bytes.length;
    };
    const broken: number[] = [];
    for (let i = 0; i < 100_000; i++) {
      let bytes = seeds[i % seeds.length] ?? sound;
      for (let edits = 1 + (random() % 3); edits > 0; edits--) bytes = mutated(bytes, random);
      if (!whole(bytes)) broken.push(i);
    }
    expect(broken).toEqual([]);
  });
});
