/**
 * Unified kernel images, each with what must reach the CPU. They are made of Debian's stubs and kernels, so they are built when they are booted.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PARAMETERS, stubFile, type StubName } from '../harness/efi.ts';
import { byObjcopy, byUkify, type HandSection } from '../harness/efi-images.ts';
import { type KernelName, kernelFile } from '../harness/guests.ts';
import { mainInitramfs } from '../harness/initramfs.ts';
import { parsePe } from '../../../src/formats/pe.ts';
import { type Outcome } from './case.ts';
import { amdImage, intelImage, join, update, zeros } from './ingredients.ts';

export interface EfiCase {
  readonly name: string;
  readonly build: (kernel: KernelName) => Buffer;
  /** `refused`: no kernel is started. */
  readonly loads: Outcome | 'refused' | ((kernel: KernelName) => Outcome);
  /** Belongs to the part that runs on every push. */
  readonly quick?: boolean;
}

const [first, second] = [update(0x20), update(0x30)];
const [early, other] = [intelImage(first), intelImage(second)];

interface Parts {
  readonly initrds?: readonly Uint8Array[];
  readonly microcode?: Uint8Array;
  readonly words?: string;
}

const built =
  ({ initrds = [mainInitramfs()], microcode, words = '' }: Parts) =>
  (kernel: KernelName): Buffer =>
    byUkify({
      stub: stubFile('257'),
      kernel: kernelFile(kernel),
      initrds,
      microcode,
      commandLine: `${PARAMETERS}${words}`,
    });

/** By hand, the kernel after `sections` and before `behind`. */
const byHand =
  (stub: StubName, sections: () => readonly HandSection[], behind: readonly HandSection[] = []) =>
  (kernel: KernelName): Buffer =>
    byObjcopy(stubFile(stub), [
      ['.osrel', Buffer.from('ID=test\n')],
      ['.cmdline', Buffer.from(PARAMETERS)],
      ...sections(),
      ['.linux', readFileSync(kernelFile(kernel))],
      ...behind,
    ]);

/** A field of a row of the section table: its offset in the row. */
const FIELD = { memorySize: 8, address: 12 } as const;

/** The image with one field of one section changed. */
function changed(image: Buffer, name: string, field: keyof typeof FIELD, value: number): Buffer {
  const row = parsePe(image).rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`no section ${name}`);
  image.writeUInt32LE(value, row.row + FIELD[field]);
  return image;
}

const packed = (image: Uint8Array): Uint8Array => gzipSync(image);

const PROFILES: readonly HandSection[] = [
  ['.profile', Buffer.from('ID=first\n')],
  ['.ucode', early],
  ['.profile', Buffer.from('ID=second\n')],
  ['.ucode', other],
];

export const EFI_CASES: readonly EfiCase[] = [
  { name: 'ukify --microcode', quick: true, build: built({ microcode: early }), loads: first },
  {
    name: 'ukify, microcode in front of the initrd',
    build: built({ initrds: [join(early, mainInitramfs())] }),
    loads: first,
  },
  {
    name: 'ukify, microcode as an initrd of its own',
    build: built({ initrds: [early, mainInitramfs()] }),
    loads: first,
  },
  {
    name: 'ukify, microcode in both places: .ucode comes first',
    quick: true,
    build: built({ microcode: early, initrds: [join(other, mainInitramfs())] }),
    loads: first,
  },
  { name: 'ukify, microcode in neither place', build: built({}), loads: 'nothing' },
  {
    name: 'ukify, microcode behind the main initrd',
    quick: true,
    build: built({ initrds: [mainInitramfs(), early] }),
    loads: 'nothing',
  },
  {
    name: 'ukify, .ucode of the other vendor and no multiple of 4 long',
    build: built({ microcode: join(amdImage(zeros(0)), zeros(1)), initrds: [join(early, mainInitramfs())] }),
    loads: first,
  },
  { name: 'ukify, compressed .ucode', build: built({ microcode: packed(early) }), loads: 'nothing' },
  {
    name: 'ukify, compressed .ucode hides the initrd',
    build: built({ microcode: packed(early), initrds: [join(other, mainInitramfs())] }),
    loads: 'nothing',
  },
  { name: 'ukify, raw updates as .ucode', build: built({ microcode: first }), loads: 'nothing' },
  {
    name: 'ukify, dis_ucode_ldr',
    build: built({ microcode: early, words: ' dis_ucode_ldr' }),
    loads: 'nothing',
  },
  {
    name: 'ukify, microcode=dis_ucode_ldr',
    build: built({ microcode: early, words: ' microcode=dis_ucode_ldr' }),
    loads: (kernel) => (kernel === '7.x' ? 'nothing' : first),
  },
  {
    name: 'objcopy, .ucode behind .initrd, systemd-stub 257',
    quick: true,
    build: byHand('257', () => [
      ['.initrd', mainInitramfs()],
      ['.ucode', early],
    ]),
    loads: first,
  },
  {
    name: 'objcopy, .ucode and .initrd with microcode each, a newer systemd-stub',
    build: byHand('newer', () => [
      ['.initrd', join(other, mainInitramfs())],
      ['.ucode', early],
    ]),
    loads: first,
  },
  {
    name: 'objcopy, .ucode with systemd-stub 254',
    build: byHand('254', () => [
      ['.ucode', early],
      ['.initrd', mainInitramfs()],
    ]),
    loads: 'nothing',
  },
  {
    name: 'objcopy, .ucode with systemd-stub 252, which takes what is in .initrd',
    build: byHand('252', () => [
      ['.ucode', early],
      ['.initrd', join(other, mainInitramfs())],
    ]),
    loads: second,
  },
  {
    name: 'objcopy, .initrd twice, systemd-stub 257: the first counts',
    build: byHand('257', () => [
      ['.initrd', join(early, mainInitramfs())],
      ['.initrd', join(other, mainInitramfs())],
    ]),
    loads: first,
  },
  {
    name: 'objcopy, .initrd twice, systemd-stub 254: the last counts',
    build: byHand('254', () => [
      ['.initrd', join(early, mainInitramfs())],
      ['.initrd', join(other, mainInitramfs())],
    ]),
    loads: second,
  },
  {
    name: 'objcopy, a longer name, systemd-stub 252: it is .initrd too',
    build: byHand('252', () => [['.initrd2', join(early, mainInitramfs())]]),
    loads: first,
  },
  {
    name: 'objcopy, profiles: the first overrides what is before it',
    build: byHand('257', () => [['.initrd', mainInitramfs()]], PROFILES),
    loads: first,
  },
  {
    name: 'objcopy, profiles in front of the kernel: the stub does not find it',
    build: byHand('257', () => [['.initrd', mainInitramfs()], ...PROFILES]),
    loads: 'refused',
  },
  {
    name: '.ucode without a size in memory',
    build: (kernel) => changed(built({ microcode: early })(kernel), '.ucode', 'memorySize', 0),
    loads: 'nothing',
  },
  {
    name: 'cut off in its last section',
    quick: true,
    build: (kernel) => built({ microcode: early })(kernel).subarray(0, -600),
    loads: 'refused',
  },
  {
    name: 'a section at address 0, as objcopy puts it without --change-section-vma',
    build: (kernel) => changed(built({ microcode: early })(kernel), '.ucode', 'address', 0),
    loads: 'refused',
  },
  {
    name: 'a section outside the memory of the image',
    build: (kernel) => changed(built({ microcode: early })(kernel), '.ucode', 'address', 0x4000_0000),
    loads: 'refused',
  },
];
