/** Initrds whose microcode no early loader takes: `initrd inspect`, `verify` and `explain` say the same of each, and nothing of sound ones. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import { STREAMS } from '../../fixtures/concatenations.ts';
import { archive, file, folder, parents } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const UPDATE = intelUpdate();
const zeros = (count: number): Uint8Array => new Uint8Array(count);
const vendor = (name: string): Uint8Array => archive(...parents, file(name, UPDATE, { alignData: 16 }));
const EARLY = vendor('kernel/x86/microcode/GenuineIntel.bin');
const [key, main] = [STREAMS.gzip.first, STREAMS.gzip.last];
const inFours = (bytes: Uint8Array): Uint8Array => concat(bytes, zeros(-bytes.length & 3));

interface Row {
  readonly image: Uint8Array;
  /** The name of the file. */
  readonly name?: string;
  /** What all three commands say, without the name of the file. */
  readonly says: RegExp;
  /** Exit of `verify`. */
  readonly exit: number;
}

const INSIDE =
  /: the name kernel\/x86\/microcode\/GenuineIntel\.bin appears inside gzip-compressed data, where no early loader looks \[initrd\/unreachable\]/;
const BEHIND =
  /: the name kernel\/x86\/microcode\/GenuineIntel\.bin appears after compressed data, where no early loader looks \[initrd\/unreachable\]/;

const ROWS: Readonly<Record<string, Row>> = {
  'the early archive compressed along with the rest': {
    image: gzipSync(concat(EARLY, archive(file('init', 'x')))),
    says: INSIDE,
    exit: 1,
  },
  'microcode compressed behind an archive with tables': {
    image: concat(archive(file('kernel/firmware/acpi/dsdt.aml', 'x')), gzipSync(EARLY)),
    says: INSIDE,
    exit: 1,
  },
  'microcode behind the main archive': { image: concat(inFours(main), EARLY), says: BEHIND, exit: 1 },
  'microcode behind a compressed key archive': { image: concat(inFours(key), EARLY, main), says: BEHIND, exit: 1 },
  'microcode behind the main archive, at no multiple of 4': { image: concat(main, EARLY), says: BEHIND, exit: 1 },
  'a file for Hygon': {
    image: vendor('kernel/x86/microcode/HygonGenuine.bin'),
    says: /: "kernel\/x86\/microcode\/HygonGenuine\.bin" is a name that no loader looks for \[initrd\/name-vendor\]/,
    exit: 0,
  },
  'bare updates': {
    image: UPDATE,
    name: 'GenuineIntel.bin',
    says: /: the file is Intel updates itself, no initrd: early loaders look inside a cpio archive only \[initrd\/bare-updates\]/,
    exit: 0,
  },
  'nothing but files for late loading': {
    image: archive(
      ...['usr', 'usr/lib', 'usr/lib/firmware', 'usr/lib/firmware/intel-ucode'].map(folder),
      file('usr/lib/firmware/intel-ucode/06-9a-04', UPDATE),
    ),
    says: /: microcode stands under usr\/lib\/firmware\/intel-ucode \(files: 1\), where only late loading looks \[initrd\/late-files\]/,
    exit: 0,
  },
};

function saved(bytes: Uint8Array, name = 'initrd.img'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** The lines of a command about its file that name one of the rules that say why nothing is loaded. */
function about(path: string, args: readonly string[]): string[] {
  const { stdout, stderr } = ucodekit(args);
  const rules = /\[initrd\/(?:bare-updates|late-files|name-vendor|unreachable)\]$/;
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => rules.test(line))
    .map((line) => line.replace(path, ''));
}

const said = (path: string): string[][] => [
  about(path, ['initrd', 'inspect', '--deep', path]),
  about(path, ['verify', path]),
  about(path, ['explain', path, '--cpu', '0x906a4,0x80,1', '--loader', 'linux-6.12']),
];

describe.each(Object.entries(ROWS))('%s', (_, { image, name, says, exit }) => {
  test('is told for what it is by all three', () => {
    const path = saved(image, name);
    const [inspect, verify, explain] = said(path);
    expect(inspect).toEqual([expect.stringMatching(says)]);
    expect([verify, explain]).toEqual([inspect, inspect]);
    expect(ucodekit(['verify', path]).exit).toBe(exit);
  });
});

describe('verify looks at every initrd among its inputs in the same way', () => {
  const rules = /\[initrd\/(?:bare-updates|late-files|name-vendor|unreachable)\]$/;
  const lines = (text: string): string[] => text.split('\n').filter((line) => rules.test(line));

  test.each(Object.entries(ROWS))('in folders: %s', (_, { image, name = 'initrd.img', says, exit }) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', name), image);
    writeFileSync(join(folder, '06-9a-04'), UPDATE);
    const run = ucodekit(['verify', folder]);
    expect(lines(run.stdout)).toEqual([expect.stringMatching(says)]);
    expect(run.exit).toBe(exit);
  });

  test.each(Object.entries(ROWS).filter(([, { name }]) => name === undefined))(
    'on standard input: %s',
    (_, { image, says }) => {
      const { stdout } = ucodekit(['verify', '-'], { input: image });
      expect(lines(stdout)).toEqual([expect.stringMatching(says)]);
      expect(stdout).toMatch(/^-[+:]/);
    },
  );

  test('compressed files of a folder that are no initrd by their name, and the members of an archive to be, are none', () => {
    const folder = temporaryFolder();
    const early = join(folder, 'kernel/x86/microcode');
    mkdirSync(early, { recursive: true });
    writeFileSync(join(early, 'GenuineIntel.bin'), UPDATE);
    writeFileSync(join(folder, '06-9a-04.gz'), gzipSync(EARLY));
    expect(lines(ucodekit(['verify', folder]).stdout)).toEqual([]);
    expect(lines(ucodekit(['verify', join(early, 'GenuineIntel.bin')]).stdout)).toEqual([]);
  });
});

test.each<readonly [string, Uint8Array, string]>([
  ['an early archive and a compressed main one', concat(EARLY, main), 'initrd.img'],
  ['an early archive before a main one that holds it too', concat(EARLY, gzipSync(EARLY)), 'initrd.img'],
  ['an early archive, a key archive and a main one', concat(EARLY, key, zeros(7), main), 'initrd.img'],
  [
    'files for late loading beside',
    archive(
      ...parents,
      file('kernel/x86/microcode/GenuineIntel.bin', UPDATE),
      file('lib/firmware/intel-ucode/06-9a-04', UPDATE),
    ),
    'initrd.img',
  ],
  [
    'an empty file that aligns the next member',
    archive(
      ...parents,
      file('kernel/x86/microcode/Fill', ''),
      file('kernel/x86/microcode/GenuineIntel.bin', UPDATE, { alignData: 16 }),
    ),
    'initrd.img',
  ],
  ['updates under the name for late loading', UPDATE, '06-9a-04'],
])('nothing of the kind is said of %s', (_, image, name) => {
  const path = saved(image, name);
  expect(said(path).slice(1)).toEqual([[], []]);
  expect(ucodekit(['verify', path]).exit).toBe(0);
});

test('compressed updates that are no initrd are not judged as one', () => {
  const path = saved(gzipSync(UPDATE), 'GenuineIntel.bin.gz');
  expect(said(path).slice(1)).toEqual([[], []]);
  expect(ucodekit(['verify', path]).stdout).not.toContain('initrd/');
});

test('initrd inspect lists every part, with --deep what is in it, and claims no more than it saw', () => {
  const path = saved(concat(EARLY, STREAMS.zstd.first, zeros(7), STREAMS.xz.last, zeros(100)));
  const shallow = ucodekit(['initrd', 'inspect', path]);
  expect(shallow.stdout).toContain('2048-2368: compressed, zstd');
  expect(shallow.stdout).toContain(
    'Linux unpacks what stands before 2048; of the rest nothing is known: it is compressed',
  );
  const deep = ucodekit(['initrd', 'inspect', '--deep', path]).stdout;
  const lines = [
    '2048-2121: compressed, zstd',
    '2128-2268: compressed, xz',
    '2048, expanded: 512 bytes',
    '2128, expanded: 512 bytes',
  ];
  for (const line of [...lines, 'Linux unpacks it\n']) expect(deep).toContain(line);
  expect(JSON.parse(ucodekit(['initrd', 'inspect', '--deep', '--json', path]).stdout)).toMatchObject({
    initrds: [
      {
        expanded: [
          { start: 2048, end: 2121, size: 512, whole: true },
          { start: 2128, end: 2268, size: 512, whole: true },
        ],
        unpacking: { verdict: 'complete' },
      },
    ],
  });
});

test('initrd extract --deep writes the members of every part', () => {
  const path = saved(concat(EARLY, STREAMS.zstd.first, zeros(7), STREAMS.xz.last, zeros(100)));
  const out = join(temporaryFolder(), 'out');
  const { exit, stdout } = ucodekit(['initrd', 'extract', '--deep', path, '-o', out, '--json']);
  expect(exit).toBe(0);
  const { files } = JSON.parse(stdout) as { files: readonly { path: string }[] };
  expect(files.map((one) => one.path)).toEqual(['early-1/kernel/x86/microcode/GenuineIntel.bin', 'main-2/init']);
});
