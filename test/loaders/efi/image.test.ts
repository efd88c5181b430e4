import { describe, expect, test } from 'vitest';
import { concat, mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { archive, file, parents } from '../../../fixtures/cpio.ts';
import { bzImage, efi, type EfiSection, stubMark, text, uki, xenBanner } from '../../../fixtures/efi.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { type EfiImage, efiImageName, type EfiInitrd, readEfiImage } from '../../../src/loaders/efi/image.ts';

const INTEL = 'kernel/x86/microcode/GenuineIntel.bin';
const early = (revision: number): Uint8Array =>
  archive(...parents, file(INTEL, intelUpdate({ revision }), { alignData: 16 }));
const MAIN = Buffer.from('1f8b0800000000000003', 'hex');
const section = (name: string, bytes: Uint8Array, more: Partial<EfiSection> = {}): EfiSection => ({
  name,
  bytes,
  ...more,
});
const ucode = section('.ucode', early(0x20));
const initrd = section('.initrd', MAIN);

function read(bytes: Uint8Array): EfiInitrd {
  const image = readEfiImage(bytes);
  if (image?.kind !== 'uki' && image?.kind !== 'addon') throw new Error(`is ${image?.kind ?? 'no image'}`);
  return image;
}

const sections = (bytes: Uint8Array): string[] => read(bytes).parts.map((part) => part.section);
const rules = (bytes: Uint8Array): string[] => read(bytes).findings.map(({ rule }) => rule);
const messages = (bytes: Uint8Array): string[] => read(bytes).findings.map(({ message }) => message);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a unified kernel image', () => {
  test('hands over .ucode before .initrd, each filled up to 4, whatever the order of the table', () => {
    const odd = section('.ucode', concat(early(0x20), Uint8Array.of(0)));
    const wanted = hex(concat(early(0x20), new Uint8Array(4), MAIN, new Uint8Array(2)));
    for (const bytes of [uki('257.13-1', initrd, odd), uki('262', odd, initrd)]) {
      const image = read(bytes);
      expect(hex(image.initrd)).toBe(wanted);
      expect(image.parts.map(({ at, size }) => [at, size])).toEqual([
        [0, odd.bytes.length],
        [odd.bytes.length + 3, MAIN.length],
      ]);
      for (const { offset, size, section: name } of image.parts) {
        const source = name === '.ucode' ? odd : initrd;
        expect(hex(bytes.subarray(offset, offset + size))).toBe(hex(source.bytes));
      }
      expect(image.findings).toEqual([]);
    }
  });

  test('with one section hands it over as it is', () => {
    expect(hex(read(uki('257', initrd)).initrd)).toBe(hex(MAIN));
    expect(read(uki('257')).initrd).toHaveLength(0);
  });

  test('fills a section up with zeros to its size in memory', () => {
    const image = read(uki('257', section('.initrd', MAIN, { memorySize: 1000 })));
    expect(hex(image.initrd)).toBe(hex(concat(MAIN, new Uint8Array(990))));
  });

  test('says its stub, kernel and command line', () => {
    const image = read(uki('257.13-1~deb13u1', text('.uname', '6.1.0-1'), text('.cmdline', 'quiet\0\0')));
    expect(image).toMatchObject({
      stub: { major: 257, name: '257.13-1~deb13u1' },
      kernel: '6.12.95+deb12-amd64',
      commandLine: 'quiet',
      trouble: null,
    });
    expect(efiImageName(image)).toBe(
      'a unified kernel image of Linux 6.12.95+deb12-amd64, started by systemd-stub 257.13-1~deb13u1',
    );
    const other = efi(stubMark('257'), text('.linux', 'no bzImage'), text('.uname', '6.1.0-1'));
    expect(read(other).kernel).toBe('6.1.0-1');
    expect(read(efi(stubMark('257'), text('.linux', 'no bzImage'))).kernel).toBeNull();
  });

  test('of another stub is read by the newest rules, and that is said (efi/stub-unknown)', () => {
    const bytes = efi(text('.linux', 'kernel'), ucode, initrd);
    expect(sections(bytes)).toEqual(['.ucode', '.initrd']);
    expect(rules(bytes)).toEqual(['efi/stub-unknown']);
    expect(messages(uki('270.1', ucode, initrd))).toEqual([
      'systemd-stub 270.1 is newer than any read: the sections are read by the rules of systemd-stub 262',
    ]);
    expect(rules(uki('262.1', ucode, initrd))).toEqual([]);
  });

  test('of a stub before 256 lacks .ucode (efi/ucode-ignored)', () => {
    for (const stub of ['252.39-1', '254.26', '255']) {
      expect(sections(uki(stub, ucode, initrd))).toEqual(['.initrd']);
      expect(rules(uki(stub, ucode, initrd))).toEqual(['efi/ucode-ignored']);
    }
    expect(rules(uki('256', ucode, initrd))).toEqual([]);
  });

  test('with two sections of a name hands over the first, or the last, or nobody knows (efi/section-repeated)', () => {
    const twice = [section('.initrd', early(0x20)), section('.initrd', early(0x30))];
    const handed = (stub: string): string => hex(read(uki(stub, ...twice)).initrd);
    expect(handed('257')).toBe(hex(early(0x20)));
    expect(handed('254')).toBe(hex(early(0x30)));
    for (const stub of ['249.5', '255', '256']) {
      expect(read(uki(stub, ...twice)).trouble?.rule).toBe('efi/section-repeated');
    }
    expect(messages(uki('257', ...twice))).toEqual(['section .initrd occurs 2 times: the first counts']);
    expect(rules(uki('257', initrd))).toEqual([]);
  });

  test('of an old stub takes a longer name for the section', () => {
    expect(sections(uki('254', section('.initrd2', MAIN)))).toEqual(['.initrd']);
    expect(sections(uki('257', section('.initrd2', MAIN)))).toEqual([]);
  });

  test('passes over a section without a size in memory (efi/section-unset)', () => {
    const bytes = uki('257', section('.ucode', early(0x20), { memorySize: 0 }), initrd);
    expect(sections(bytes)).toEqual(['.initrd']);
    expect(rules(bytes)).toEqual(['efi/section-unset']);
  });

  test('whose command line turns the loader off says so (efi/loader-off)', () => {
    expect(messages(uki('257', ucode, text('.cmdline', 'quiet dis_ucode_ldr')))).toEqual([
      'the section .cmdline has dis_ucode_ldr: Linux loads no microcode',
    ]);
    expect(rules(uki('257', ucode, text('.cmdline', 'quiet microcode=dis_ucode_ldr')))).toEqual([]);
  });

  test('is followed in its first profile; what others bring is said (efi/profile)', () => {
    const profile = (id: string): EfiSection => text('.profile', `ID=${id}`);
    const own = section('.initrd', early(0x30));
    const bytes = uki('257', ucode, initrd, profile('main'), own, profile('rescue'), section('.ucode', early(0x40)));
    expect(read(bytes).parts.map(({ size }) => size)).toEqual([ucode.bytes.length, own.bytes.length]);
    expect(messages(bytes)).toEqual(['profile @1 has its own .ucode: what is said here is for the default profile']);
    expect(rules(uki('257', ucode, profile('main'), profile('rescue'), text('.cmdline', 'single')))).toEqual([]);
  });
});

test('a kernel in a later profile, or without a size in memory, is not started (efi/no-kernel)', () => {
  const later = efi(
    stubMark('257'),
    initrd,
    text('.profile', 'ID=a'),
    text('.profile', 'ID=b'),
    text('.linux', 'kernel'),
  );
  expect(read(later).trouble?.message).toBe(
    'section .linux is in a profile other than the first: the stub starts no kernel',
  );
  const unset = efi(stubMark('257'), section('.linux', MAIN, { memorySize: 0 }), initrd);
  expect(read(unset).trouble?.rule).toBe('efi/no-kernel');
  const first = efi(stubMark('257'), initrd, text('.profile', 'ID=a'), text('.linux', 'kernel'));
  expect(read(first).trouble).toBeNull();
});

describe('the firmware', () => {
  test('refuses an image that is cut off, also in its padding (efi/not-started)', () => {
    const bytes = uki('257', ucode, initrd);
    for (const length of [bytes.length - 1, bytes.length - 600]) {
      const image = read(bytes.subarray(0, length));
      expect(image.trouble?.message).toContain(`the file ends at ${length}`);
      expect(image.parts).toEqual([]);
    }
    expect(rules(bytes)).toEqual([]);
  });

  test('refuses a section outside the image, or over its headers', () => {
    expect(messages(uki('257', section('.initrd', MAIN, { address: 0x7fff_0000 })))).toEqual([]);
    const bytes = uki('257', initrd);
    const size = 64 + 24 + 56;
    expect(messages(patched(bytes, size, [0, 0x10, 0, 0]))[0]).toContain('lies outside the 4096 bytes');
    expect(messages(uki('257', section('.initrd', MAIN, { address: 0 })))).toEqual([
      'the firmware does not start the image: section .initrd lies over the headers',
    ]);
  });

  test('lays sections over each other that share addresses (efi/sections-overlap)', () => {
    const image = read(uki('257', section('.ucode', early(0x20), { address: 0x2000 }), initrd));
    expect(image.trouble?.rule).toBe('efi/sections-overlap');
  });
});

describe('other EFI images', () => {
  const kindOf = (bytes: Uint8Array): EfiImage | undefined => readEfiImage(bytes);

  test('are told apart', () => {
    expect(kindOf(efi(xenBanner('4.17.5'), text('.config', '[global]')))).toEqual({
      kind: 'xen',
      release: '4.17.5',
      unified: true,
      trouble: null,
      findings: [],
    });
    const cut = efi(xenBanner('4.17.5'), text('.config', '[global]')).subarray(0, -1);
    expect(kindOf(cut)).toMatchObject({ kind: 'xen', trouble: { rule: 'efi/not-started' } });
    expect(kindOf(efi(xenBanner('4.20.5-pre')))).toMatchObject({ kind: 'xen', release: '4.20.5-pre', unified: false });
    expect(kindOf(efi(text('.kernel', 'kernel')))).toMatchObject({ kind: 'xen', release: null, unified: true });
    expect(kindOf(efi(text('.text', 'an updater')))).toEqual({ kind: 'other' });
    expect(kindOf(bzImage('6.1'))).toBeUndefined();
    expect(kindOf(early(0x20))).toBeUndefined();
    expect(kindOf(Buffer.from('MZ'))).toBeUndefined();
  });

  test('a kernel says its version', () => {
    const kernel = patched(bzImage('6.1.0-56-amd64'), 0, [0x4d, 0x5a]);
    const bytes = patched(patched(kernel, 0x3c, [0x80, 0, 0, 0]), 0x80, [0x50, 0x45, 0, 0]);
    expect(kindOf(bytes)).toEqual({ kind: 'kernel', version: '6.1.0-56-amd64' });
    expect(efiImageName({ kind: 'kernel', version: '6.1' })).toBe('a Linux kernel 6.1');
  });

  test('an add-on gives its .ucode, and says that it is one (efi/addon)', () => {
    const bytes = efi(text('.sbat', 'sbat'), ucode, text('.uname', '6.12.95'));
    expect(read(bytes)).toMatchObject({ kind: 'addon', kernel: '6.12.95' });
    expect(sections(bytes)).toEqual(['.ucode']);
    expect(rules(bytes)).toEqual(['efi/addon']);
  });

  test('damaged in any way give an answer', () => {
    const whole = uki('257', ucode, initrd, text('.profile', 'ID=a'), text('.cmdline', 'quiet'));
    const random = seeded(7);
    for (let i = 0; i < 3000; i++) {
      const image = readEfiImage(mutated(whole, random));
      if (image?.kind !== 'uki') continue;
      const end = image.parts.reduce((sum, { size }) => sum + size, 0);
      expect(image.initrd.length).toBeGreaterThanOrEqual(end);
    }
  });
});
