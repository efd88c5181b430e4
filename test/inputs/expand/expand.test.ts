import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, type TestContext } from 'vitest';
import { amdContainer } from '../../../fixtures/amd.ts';
import { ar, pe, rpm, tar } from '../../../fixtures/archives.ts';
import { concat, mutated, seeded } from '../../../fixtures/bytes.ts';
import { STREAMS } from '../../../fixtures/concatenations.ts';
import { archive, file, parents } from '../../../fixtures/cpio.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { writeIntelDat } from '../../../src/formats/intel-dat.ts';
import { parseIntelFile } from '../../../src/formats/intel/update.ts';
import { type Limits } from '../../../src/inputs/limits.ts';
import { openInputs } from '../../../src/inputs/open.ts';
import { AMD, debianPackage, INTEL, program } from '../../support/debian.ts';
import { openedLines } from '../../support/opened-lines.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const UPDATE = intelUpdate();
const CONTAINER = amdContainer({});
const EARLY = archive(
  ...parents,
  file('kernel/x86/microcode/AuthenticAMD.bin', CONTAINER),
  file('kernel/x86/microcode/GenuineIntel.bin', UPDATE),
);

/** What is found in a file called `name`, without the folder in front. */
async function linesOf(name: string, bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<string[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), bytes);
  return (await openedLines([join(folder, name)], { limits })).map((line) => line.slice(folder.length + 1));
}

const packed = (context: TestContext, command: string, args: readonly string[], bytes: Uint8Array): Uint8Array =>
  execFileSync(program(context, command), args, { input: bytes, maxBuffer: 1 << 28 });

describe('Intel’s text form', () => {
  const DAT = writeIntelDat(parseIntelFile(UPDATE).updates);
  const banner = (text: Uint8Array): Uint8Array => concat(Buffer.from('/* banner */\n'), text);

  test('gives the words as an update, by its suffix or its contents', async () => {
    expect(await linesOf('microcode.dat', DAT)).toEqual([`microcode.dat!words intel ${UPDATE.length}`]);
    expect(await linesOf('microcode', banner(DAT))).toEqual([`microcode!words intel ${UPDATE.length}`]);
    expect(await openedLines(['-'], { stdin: Readable.from([DAT]) })).toEqual([`-!words intel ${UPDATE.length}`]);
  });

  test('counts as such when the user says so', async () => {
    const decimal = Array.from(new Uint32Array(UPDATE.slice().buffer), (word) => `${word},\n`).join('');
    expect(await openedLines(['-'], { stdin: Readable.from([decimal]), type: 'dat' })).toEqual([
      `-!words intel ${UPDATE.length}`,
    ]);
  });

  test('is refused with line and reason', async () => {
    expect(await linesOf('a.dat', concat(DAT, Buffer.from('};\n')))).toEqual([
      'a.dat dat/syntax: line 66: "};", expected a C number of 32 bits',
    ]);
  });
});

describe('archives', () => {
  test('a Debian package gives what is in its tar archives', async () => {
    const deb = ar(
      { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
      { name: 'control.tar.gz', bytes: gzipSync(await tar({ name: './control', bytes: Buffer.from('Package: x') })) },
      {
        name: 'data.tar.gz',
        bytes: gzipSync(
          await tar(
            { name: './lib/', type: 'directory' },
            { name: './lib/firmware/intel-ucode/06-9a-04', bytes: UPDATE },
            { name: './lib/firmware/amd-ucode/microcode_amd.bin', bytes: CONTAINER },
          ),
        ),
      },
    );
    expect(await linesOf('x.deb', deb)).toEqual([
      'x.deb!control.tar input/skipped: passed over: 1 members that are not microcode',
      `x.deb!data.tar!./lib/firmware/intel-ucode/06-9a-04 intel ${UPDATE.length}`,
      `x.deb!data.tar!./lib/firmware/amd-ucode/microcode_amd.bin amd-container ${CONTAINER.length}`,
      'x.deb input/skipped: passed over: 1 members that are not microcode',
    ]);
  });

  test('an early image gives its vendor files', async () => {
    expect(await linesOf('early.img', EARLY)).toEqual([
      `early.img!kernel/x86/microcode/AuthenticAMD.bin amd-container ${CONTAINER.length}`,
      `early.img!kernel/x86/microcode/GenuineIntel.bin intel ${UPDATE.length}`,
    ]);
  });

  test('a combined initrd gives its early members, and says that the rest is not looked at', async () => {
    const lines = await linesOf('initrd.img', concat(EARLY, EARLY, gzipSync(EARLY)));
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'initrd.img!kernel/x86/microcode/AuthenticAMD.bin',
      'initrd.img!kernel/x86/microcode/GenuineIntel.bin',
      'initrd.img!kernel/x86/microcode/AuthenticAMD.bin#2',
      'initrd.img!kernel/x86/microcode/GenuineIntel.bin#2',
      'initrd.img',
    ]);
    expect(lines.at(-1)).toBe(
      `initrd.img input/initrd-rest: the gzip-compressed rest from byte ${EARLY.length * 2} on is not looked at`,
    );
  });

  test('a damaged early image is reported, and its members are given all the same', async () => {
    const lines = await linesOf('early.img', EARLY.subarray(0, EARLY.length - 600));
    expect(lines.some((line) => line.includes('cpio/'))).toBe(true);
    expect(lines.some((line) => line.includes('AuthenticAMD.bin amd-container'))).toBe(true);
  });

  test('a PE image gives its .ucode sections, without the padding, and what an .initrd starts with', async () => {
    const image = pe(
      { name: '.text', bytes: UPDATE },
      { name: '.ucode', bytes: CONTAINER },
      { name: '.ucode', bytes: UPDATE },
      { name: '.initrd', bytes: EARLY },
    );
    expect(await linesOf('uki.efi', image)).toEqual([
      `uki.efi!.ucode amd-container ${CONTAINER.length}`,
      `uki.efi!.ucode#2 intel ${UPDATE.length}`,
      `uki.efi!.initrd!kernel/x86/microcode/AuthenticAMD.bin amd-container ${CONTAINER.length}`,
      `uki.efi!.initrd!kernel/x86/microcode/GenuineIntel.bin intel ${UPDATE.length}`,
    ]);
  });

  test('an RPM package gives what is in its payload', async () => {
    const payload = gzipSync(archive(file('./lib/firmware/intel-ucode/06-9a-04', UPDATE)));
    expect(await linesOf('x.rpm', rpm(payload))).toEqual([
      `x.rpm!payload!./lib/firmware/intel-ucode/06-9a-04 intel ${UPDATE.length}`,
    ]);
  });

  test('archives without microcode are said to have none', async () => {
    expect(await linesOf('x.tar', await tar({ name: 'a', bytes: Buffer.from('text') }))).toEqual([
      'x.tar input/skipped: passed over: 1 members that are not microcode',
      'x.tar input/no-microcode: holds no microcode: it was looked through',
    ]);
  });

  test('a tar archive comes through standard input', async () => {
    const bytes = await tar({ name: 'a', bytes: UPDATE });
    expect(await openedLines(['-'], { stdin: Readable.from([bytes]) })).toEqual([`-!a intel ${UPDATE.length}`]);
  });
});

const PACKERS: readonly (readonly [suffix: string, command: string, args: readonly string[]])[] = [
  ['gz', 'gzip', ['-c']],
  ['xz', 'xz', ['-c']],
  ['xz', 'xz', ['-c', '--check=sha256']],
  ['xz', 'xz', ['-c', '--x86', '--lzma2']],
  ['lz4', 'lz4', ['-lc']],
];

/** 300 updates: more than one block of every format. */
const MANY = concat(...Array.from({ length: 300 }, (_, body) => intelUpdate({ body })));

describe('compressed files', () => {
  test.for(PACKERS)('.%s made by %s %j gives the updates', async ([suffix, command, args], context) => {
    const bytes = packed(context, command, args, MANY);
    expect(await linesOf(`06-9a-04.${suffix}`, bytes)).toEqual([`06-9a-04.${suffix}!06-9a-04 intel ${MANY.length}`]);
  });

  test.for(PACKERS)('.%s made by %s %j and cut off is damaged', async ([suffix, command, args], context) => {
    const bytes = packed(context, command, args, MANY);
    const lines = await linesOf(`a.${suffix}`, bytes.subarray(0, bytes.length - 100_000));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^a\.\w+ archive\/damaged: the \w+ stream is damaged: /);
  });

  test('.zst is expanded, with a note where its checksum is not verified', async (context) => {
    const [blob, note, ...more] = await linesOf('a.zst', packed(context, 'zstd', ['-c'], MANY));
    expect(blob).toBe(`a.zst!a intel ${MANY.length}`);
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const verified = major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15);
    expect(note ?? 'none').toMatch(
      verified ? /^none$/ : /^a\.zst archive\/unverified: the zstd checksum was not verified/,
    );
    expect(more).toEqual([]);
  });

  test('a tar archive in any of them is read through', async (context) => {
    const bytes = packed(context, 'xz', ['-c'], await tar({ name: 'intel-ucode/06-9a-04', bytes: UPDATE }));
    expect(await linesOf('release.txz', bytes)).toEqual([
      `release.txz!release.tar!intel-ucode/06-9a-04 intel ${UPDATE.length}`,
    ]);
  });

  test('one inside another, of the same kind, is read, and what stands behind it', async (context) => {
    for (const [command, suffix] of [
      ['xz', 'xz'],
      ['gzip', 'gz'],
    ] as const) {
      const inner = packed(context, command, ['-c'], await tar({ name: 'many', bytes: MANY }));
      const members = [
        { name: `inner.tar.${suffix}`, bytes: inner },
        { name: 'behind', bytes: MANY },
        { name: `again.tar.${suffix}`, bytes: inner },
      ];
      const lines = await linesOf(`outer.tar.${suffix}`, packed(context, command, ['-c'], await tar(...members)));
      expect(lines).toEqual(
        ['inner.tar!many', 'behind', 'again.tar!many'].map(
          (name) => `outer.tar.${suffix}!outer.tar!${name} intel ${MANY.length}`,
        ),
      );
    }
  });

  test('many are read at once', async (context) => {
    const bytes = packed(context, 'xz', ['-c'], MANY);
    const broken = bytes.with(bytes.length >> 1, 1);
    const read = await Promise.all([bytes, broken, bytes, bytes].map((one) => linesOf('a.xz', one)));
    expect(read.map(([line]) => line?.includes(` intel ${MANY.length}`))).toEqual([true, false, true, true]);
  });

  test.for([
    ['a.bz2', 'BZh91AY', 'bzip2'],
    ['a.lzma', '\x5d\0\0\x80', 'lzma'],
    ['a.lzo', '\x89LZO\0\r\n\x1a\n', 'lzo'],
    ['a.lz4', '\x04\x22\x4d\x18', 'lz4-frame'],
  ] as const)('%s is said not to be expanded', async ([name, magic, what]) => {
    const [line] = await linesOf(name, Buffer.from(magic, 'latin1'));
    expect(line).toContain(`${name} input/not-expanded: ${what}-compressed data is not expanded: `);
  });

  test('text in a compressed file is of unknown format', async () => {
    const [line] = await linesOf('a.gz', gzipSync('Hello, world'));
    expect(line).toContain('a.gz input/unknown-format');
  });
});

describe('after compressed data', () => {
  const half = UPDATE.length / 2;
  const early = [
    `AuthenticAMD.bin amd-container ${CONTAINER.length}`,
    `GenuineIntel.bin intel ${UPDATE.length}`,
  ] as const;

  test('streams of one kind are one content, with zeros between them and at the end', async (context) => {
    const halves = [UPDATE.subarray(0, half), UPDATE.subarray(half)] as const;
    for (const [suffix, command, args] of [...PACKERS, ['zst', 'zstd', ['-c']] as const]) {
      const [a, b] = halves.map((one) => packed(context, command, args, one));
      const bytes = concat(a ?? UPDATE, new Uint8Array(8), b ?? UPDATE, new Uint8Array(1000));
      const [line] = await linesOf(`a.${suffix}`, bytes);
      expect(line).toBe(`a.${suffix}!a intel ${UPDATE.length}`);
    }
  });

  test('a plain archive, as behind a main or a key archive, is read, and no damage is claimed', async () => {
    const key = gzipSync(archive(file('key', 'x')));
    for (const gap of [0, 512]) {
      const at = key.length + gap;
      expect(await linesOf('a.img', concat(key, new Uint8Array(gap), EARLY, gzipSync(UPDATE)))).toEqual([
        'a.img!a.img input/skipped: passed over: 1 members that are not microcode',
        ...early.map((line) => expect.stringContaining(line)),
        `a.img+0x${at.toString(16)} input/initrd-rest: the gzip-compressed rest from byte ${EARLY.length} on is not looked at`,
      ]);
    }
  });

  test('data compressed in another way is read', async () => {
    expect(await linesOf('a.img', concat(gzipSync(EARLY), STREAMS.xz.last, STREAMS.lz4.last))).toEqual([
      ...early.map((line) => expect.stringContaining(line)),
      expect.stringMatching(
        /^a\.img!a\.img\+0x[0-9a-f]+ input\/skipped: passed over: 1 members that are not microcode$/,
      ),
      expect.stringMatching(
        /^a\.img!a\.img\+0x[0-9a-f]+ input\/skipped: passed over: 1 members that are not microcode$/,
      ),
    ]);
  });

  test('bytes that are nothing known are told by number and place', async () => {
    const bytes = gzipSync(UPDATE);
    expect(await linesOf('a.gz', concat(bytes, Buffer.from('garbage!!')))).toEqual([
      `a.gz!a intel ${UPDATE.length}`,
      `a.gz archive/damaged: the gzip stream is damaged: 9 bytes that are nothing known follow it at ${bytes.length} (they start with 6761726261676521)`,
    ]);
  });

  test('a wrong gzip checksum is told, and the content is given', async () => {
    const bytes = gzipSync(UPDATE);
    bytes.writeUInt32LE(0, bytes.length - 8);
    expect(await linesOf('a.gz', bytes)).toEqual([
      `a.gz!a intel ${UPDATE.length}`,
      'a.gz archive/damaged: the gzip stream is damaged: its checksum is wrong',
    ]);
  });

  test('kinds that take turns for ever stop at the limit', async () => {
    const pair = concat(STREAMS.gzip.first, STREAMS.xz.first);
    const lines = await linesOf('a.img', concat(...Array.from({ length: 50 }, () => pair)));
    expect(lines.at(-1)).toContain('input/limit: stopped at the limit of 8 levels of archives');
    const many = concat(...Array.from({ length: 50 }, () => STREAMS.gzip.first));
    expect(await linesOf('a.gz', many, { members: 20 })).toEqual([
      'a.gz input/limit: stopped at the limit of 20 archive members',
    ]);
  });
});

describe('inputs that are made to do harm', () => {
  test('an expanding bomb stops at the limit, with one finding', async () => {
    const bomb = gzipSync(concat(UPDATE, new Uint8Array(64 << 20)));
    expect(await linesOf('a.gz', bomb, { heldBytes: 1 << 20 })).toEqual([
      'a.gz input/limit: stopped at the limit of 1048576 expanded bytes in memory',
    ]);
    expect(await linesOf('a.gz', bomb, { expandedBytes: 1 << 20 })).toEqual([
      'a.gz input/limit: stopped at the limit of 1048576 expanded bytes',
    ]);
  });

  test('a bomb of unknown contents is not expanded to its end', async () => {
    const bomb = gzipSync(new Uint8Array(64 << 20));
    expect(await linesOf('a.gz', bomb, { expandedBytes: 1 << 20 })).toEqual([
      expect.stringContaining('a.gz input/unknown-format'),
    ]);
  });

  test('very many members stop at the limit, with one finding', async () => {
    const bytes = await tar(...Array.from({ length: 50 }, (_, i) => ({ name: `${i}` })));
    expect(await linesOf('a.tar', bytes, { members: 49 })).toEqual([
      'a.tar input/skipped: passed over: 49 members that are not microcode',
      'a.tar input/limit: stopped at the limit of 49 archive members',
    ]);
  });

  test('archives nested beyond the limit are one finding, and their neighbours are read', async () => {
    let nested = await tar({ name: 'update', bytes: UPDATE });
    for (let i = 0; i < 50; i++) nested = await tar({ name: 'nested.tar', bytes: nested });
    const lines = await linesOf('a.tar', await tar({ name: 'n', bytes: nested }, { name: 'update', bytes: UPDATE }));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/input\/limit: stopped at the limit of 8 levels of archives$/);
    expect(lines[1]).toBe(`a.tar!update intel ${UPDATE.length}`);
  });

  test('odd names, links and devices are one finding each, and nothing is followed', async () => {
    const bytes = await tar(
      { name: '../../up', bytes: UPDATE },
      { name: '/etc/absolute', bytes: UPDATE },
      { name: 'link', type: 'symlink' },
      { name: 'hard', type: 'link' },
      { name: 'null', type: 'character-device' },
    );
    expect((await linesOf('a.tar', bytes)).slice(2)).toEqual([
      'a.tar archive/parent-name: 1 member names lead upwards, the first is ../../up',
      'a.tar archive/absolute-name: 1 member names are absolute, the first is /etc/absolute',
      'a.tar archive/link: 2 links are not followed, the first is link',
      'a.tar archive/special-file: 1 devices or pipes are passed over, the first is null',
    ]);
  });

  test('mutated archives give blobs or findings, never an exception', async () => {
    const samples = [
      await tar({ name: 'a', bytes: UPDATE }, { name: 'b.gz', bytes: gzipSync(UPDATE) }),
      gzipSync(await tar({ name: 'a', bytes: UPDATE })),
      ar({ name: 'data.tar', bytes: await tar({ name: 'a', bytes: UPDATE }) }),
      pe({ name: '.ucode', bytes: UPDATE }, { name: '.initrd', bytes: EARLY }),
      rpm(gzipSync(EARLY)),
      EARLY,
    ];
    const random = seeded(3);
    for (let i = 0; i < 600; i++) {
      const bytes = mutated(samples[i % samples.length] ?? UPDATE, random);
      let items = 0;
      for await (const item of openInputs(['-'], { stdin: Readable.from([bytes]) })) items += item.kind.length;
      expect(items).toBeGreaterThan(0);
    }
  });
});

describe('Debian’s packages', () => {
  test('give the same files as the folders they unpack to', async (context) => {
    for (const [request, count] of [
      [INTEL, 126],
      [AMD, 5],
    ] as const) {
      const { deb, firmware } = debianPackage(context, request);
      const tail = (line: string): string => line.slice(line.indexOf('/lib/firmware/'));
      const blobs = (lines: readonly string[]): string[] => lines.filter((line) => / [a-z-]+ \d+$/.test(line));
      const fromPackage = blobs(await openedLines([deb])).map(tail);
      const fromFolder = blobs(await openedLines([firmware], { recursive: true })).map(tail);
      expect(fromPackage).toHaveLength(count);
      expect(fromPackage.sort()).toEqual(fromFolder.sort());
    }
  });
});
