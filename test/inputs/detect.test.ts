import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { zenPatch } from '../../fixtures/amd.ts';
import { patched } from '../../fixtures/bytes.ts';
import { type Content, detect, detectNamed } from '../../src/inputs/detect.ts';
import { amdFolder, intelFolder } from '../support/debian.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** A header's worth of bytes with little-endian words at offsets. */
function words(length: number, at: Readonly<Record<number, number>>): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (const [offset, value] of Object.entries(at)) view.setUint32(Number(offset), value, true);
  return bytes;
}

function peFile(): Uint8Array {
  const bytes = words(256, { 0x3c: 0x80 });
  bytes.set(latin1('MZ'));
  bytes.set(latin1('PE\0\0'), 0x80);
  return bytes;
}

describe('bytes are known by themselves', () => {
  test.each<[string, Content, Uint8Array]>([
    ['an update with a date and a loader revision', 'intel', words(48, { 0: 1, 8: 0x10282025, 20: 1 })],
    ['an update whose date is damaged', 'intel', words(48, { 0: 1, 8: 0xffffffff, 20: 1 })],
    ['an update whose loader revision is damaged', 'intel', words(48, { 0: 1, 8: 0x10282025, 20: 9 })],
    ['an In-Field-Scan image', 'intel', words(48, { 0: 2, 8: 0x10282025, 20: 1 })],
    ['a run of ones', 'unknown', words(48, Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i * 4, 1])))],
    ['an update of which 24 bytes are left', 'intel', words(24, { 0: 1, 8: 0xffffffff, 20: 1 })],
    ['a version alone', 'unknown', words(48, { 0: 1 })],
    ['a raw patch of family 19h', 'amd-patch', zenPatch(0x0a0011d7)],
    ['a raw patch with an unknown format', 'unknown', patched(zenPatch(0x0a0011d7), 8, [0x11])],
    ['a container', 'amd-container', latin1('DMA\0')],
    ['an update of VIA', 'via', latin1('RRAS')],
    ['newc', 'cpio', latin1('070701')],
    ['cpio of another kind', 'cpio-foreign', latin1('070707')],
    ['a tar', 'tar', latin1('name'.padEnd(257, '\0') + 'ustar\0')],
    ['an ar archive', 'ar', latin1('!<arch>\ndebian-binary')],
    ['an rpm', 'rpm', latin1('\xed\xab\xee\xdb')],
    ['a PE image', 'pe', peFile()],
    ['a DOS program', 'unknown', latin1('MZ'.padEnd(64, '\0'))],
    ['gzip', 'gzip', latin1('\x1f\x8b\x08')],
    ['xz', 'xz', latin1('\xfd7zXZ\0')],
    ['zstd', 'zstd', latin1('\x28\xb5\x2f\xfd')],
    ['text', 'dat', latin1('/* banner */\r\n\r\n/* m01632.inc */\n 0x00000001,\t0x00000002')],
    ['text of another kind', 'unknown', latin1('/* banner */\nint x = 0x00000001;')],
    ['zeros', 'unknown', new Uint8Array(1024)],
    ['nothing', 'unknown', new Uint8Array(0)],
  ])('%s is %s', (_, content, bytes) => {
    expect(detect(bytes)).toBe(content);
  });

  test('every file of Debian’s two packages', (context) => {
    const contents = (folder: string): Content[] =>
      readdirSync(folder)
        .filter((name) => !/^README|\.asc$/.test(name))
        .map((name) => detect(readFileSync(join(folder, name))));
    expect(new Set(contents(intelFolder(context)))).toEqual(new Set(['intel']));
    expect(new Set(contents(amdFolder(context)))).toEqual(new Set(['amd-container']));
  });
});

describe('a name counts where the bytes do not tell', () => {
  test('the vendor file of an early archive goes to its vendor’s parser', () => {
    expect(detectNamed(latin1('README'), 'kernel/x86/microcode/GenuineIntel.bin')).toBe('intel');
    expect(detectNamed(latin1('README'), 'kernel/x86/microcode/AuthenticAMD.bin')).toBe('amd-container');
    expect(detectNamed(latin1('README'), 'kernel/x86/microcode/README')).toBe('unknown');
  });

  test('.dat makes text of unknown bytes, not of an update', () => {
    expect(detectNamed(latin1('1, 2'), 'MICROCODE.DAT')).toBe('dat');
    expect(detectNamed(latin1('DMA\0'), 'microcode.dat')).toBe('amd-container');
  });
});
