import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pe } from '../../fixtures/archives.ts';
import { mutated, seeded } from '../../fixtures/bytes.ts';
import * as files from '../../fixtures/xen.ts';
import { checkXen, type XenCheck } from '../../src/xen/check/check.ts';
import { parseRelease, type XenRelease } from '../../src/xen/releases.ts';

const RELEASE: XenRelease = parseRelease('4.17') ?? { minor: 17, point: 0, name: '4.17' };

const config = (...lines: readonly string[]): Uint8Array =>
  Buffer.from(['[global]', 'default=xen', '[xen]', 'kernel=vmlinuz root=/dev/sda1', ...lines, ''].join('\n'));

const image = (options: string, ucode: Uint8Array | undefined = files.INTEL_RAW): Uint8Array =>
  pe(
    { name: '.text', bytes: files.KERNEL },
    { name: '.config', bytes: config(options) },
    { name: '.kernel', bytes: files.KERNEL },
    { name: '.ramdisk', bytes: files.INITRD },
    ...(ucode === undefined ? [] : [{ name: '.ucode', bytes: ucode }]),
  );

const check = (bytes: Uint8Array, present: Readonly<Record<string, Uint8Array>> = {}): XenCheck =>
  checkXen({ config: bytes, path: '/EFI/xen/xen.efi', release: RELEASE, open: (path) => present[path] });

describe('a unified image', () => {
  test('with ucode=-1 takes the last section, and dom0 keeps its own', () => {
    const { loader, entries, findings } = check(image('options=ucode=-1'));
    expect(loader?.id).toBe('uki');
    expect(findings).toEqual([]);
    expect(entries[0]?.files.map(({ path }) => path)).toEqual(['.kernel', '.ramdisk', '.ucode']);
    expect(entries[0]?.outcomes[1]?.resolution).toMatchObject({
      dom0Initrd: 1,
      microcode: [{ module: 2, size: 2048 }],
    });
  });

  test('without an option does nothing with the section', () => {
    const bytes = image('options=console=vga');
    const { findings } = check(bytes);
    expect(findings.map(({ rule }) => rule)).toEqual(['xen/section-unused']);
    expect([...bytes.subarray(findings[0]?.offset, (findings[0]?.offset ?? 0) + 16)]).toEqual([
      ...files.INTEL_RAW.subarray(0, 16),
    ]);
  });

  test('takes a file that .config names beside it by the key', () => {
    const bytes = image('ucode=ucode.bin', new Uint8Array());
    const { entries, findings } = check(bytes, { '/EFI/xen/ucode.bin': files.INTEL_RAW });
    expect(findings).toEqual([]);
    expect(entries[0]?.outcomes[0]?.resolution.microcode).toMatchObject([{ way: 'efi', module: 2, size: 2048 }]);
  });

  test('without .config is no entry', () => {
    expect(check(pe({ name: '.text', bytes: files.KERNEL })).findings.map(({ rule }) => rule)).toEqual([
      'xen/no-entry',
    ]);
  });

  test('damaged in any way gives an answer', () => {
    const whole = image('options=ucode=-1');
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { entries } = check(mutated(whole, seeded(seed)));
        expect(entries.length).toBeLessThan(2);
      }),
    );
  });
});
