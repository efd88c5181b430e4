/** Commands that take initrds, on EFI images. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import { archive, file, folder, parents } from '../../fixtures/cpio.ts';
import { efi, type EfiSection, text, uki, xenBanner } from '../../fixtures/efi.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { KERNEL } from '../../fixtures/xen.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const update = intelUpdate({ revision: 0x20 });
const early = archive(...parents, file('kernel/x86/microcode/GenuineIntel.bin', update, { alignData: 16 }));
const main = new Uint8Array(gzipSync(archive(folder('.'), file('init', '#!/bin/sh\n'))));
const section = (name: string, bytes: Uint8Array): EfiSection => ({ name, bytes });
const GOOD = uki('257.13-1', section('.initrd', main), section('.ucode', early));
const BEHIND = uki('257.13-1', section('.initrd', concat(main, new Uint8Array(-main.length & 3), early)));
const OLD = uki('254.26', section('.initrd', main), section('.ucode', early));
const XEN = efi(
  xenBanner('4.17.5'),
  text('.config', '[global]\ndefault=x\n[x]\nkernel=k\noptions=ucode=-1\n'),
  section('.kernel', KERNEL),
  section('.ramdisk', main),
  section('.ucode', update),
);
const cpu = ['--cpu', '0x906a4,0x80,0x10'];

function saved(bytes: Uint8Array, name = 'linux.efi'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

describe('explain', () => {
  test('answers for the kernel inside, and --require passes a good image', () => {
    const { exit, stdout, stderr } = ucodekit(['explain', saved(GOOD), ...cpu, '--require']);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain('a unified kernel image of Linux 6.12.95+deb12-amd64, started by systemd-stub 257.13-1\n');
    expect(stdout).toContain('linux-6.12.95+deb12-amd64: hands revision 0x00000020 to the CPU');
    expect(stdout).toMatch(/reads {3}kernel\/x86\/microcode\/GenuineIntel\.bin \(\d+ bytes at \d+, in \.ucode\)/);
  });

  test('--require fails one whose microcode is not reached', () => {
    expect(ucodekit(['explain', saved(BEHIND), ...cpu, '--require']).exit).toBe(1);
    const old = ucodekit(['explain', saved(OLD), ...cpu, '--require']);
    expect(old.exit).toBe(1);
    expect(old.stderr).toContain('[efi/ucode-ignored]');
  });

  test('--loader all means all that can run from it; another one is told so', () => {
    const report = (...flags: string[]): unknown =>
      JSON.parse(ucodekit(['explain', saved(GOOD), ...cpu, '--json', ...flags]).stdout);
    expect(report('--loader', 'all')).toMatchObject({
      input: 'efi',
      efi: { kind: 'uki', release: '6.12.95+deb12-amd64', stub: '257.13-1' },
      cpus: [{ loaders: expect.not.arrayContaining([expect.objectContaining({ loader: 'xen-4.17' })]) as unknown }],
    });
    expect(report('--loader', 'xen-4.17')).toMatchObject({
      cpus: [{ loaders: [{ chosen: null, reason: { code: 'not-its-image' } }] }],
    });
  });

  test('follows a unified image of Xen', () => {
    const { exit, stdout } = ucodekit(['explain', saved(XEN), ...cpu, '--require', '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      efi: { kind: 'xen', release: '4.17.5' },
      cpus: [
        {
          loaders: [
            { loader: 'xen-4.17.5', section: '.ucode', chosen: { revision: '0x00000020' } },
            { loader: 'xen-4.17', section: '.ucode' },
          ],
        },
      ],
    });
  });

  test.each([
    ['a hypervisor', efi(xenBanner('4.17.5')), 'is the hypervisor Xen 4.17.5, which holds no initrd'],
    ['another program', efi(text('.text', 'x')), 'is an EFI program, which holds no initrd'],
  ])('says what %s is, and which command fits', (_, bytes, message) => {
    const { exit, stderr } = ucodekit(['explain', saved(bytes), ...cpu]);
    expect(exit).toBe(3);
    expect(stderr).toContain(message);
    expect(stderr).toContain('ucodekit ');
  });
});

describe('initrd inspect', () => {
  test('takes apart what the kernel gets', () => {
    const { exit, stdout, stderr } = ucodekit(['initrd', 'inspect', saved(GOOD)]);
    expect(exit).toBe(0);
    expect(stdout).toContain(`.ucode (${early.length} bytes at`);
    expect(stdout).toContain(`${early.length}-${early.length + main.length + (-main.length & 3)}: compressed, gzip`);
    expect(stdout).toMatch(/intel {3}Linux {2,}\d+ bytes at/);
    expect(stdout).not.toContain('Xen');
    expect(stderr).not.toContain('GenuineIntel');
  });

  test('says where microcode stands that no loader reaches, by section', () => {
    const { exit, stderr } = ucodekit(['initrd', 'inspect', saved(BEHIND)]);
    expect(exit).toBe(3);
    expect(stderr).toMatch(/linux\.efi!\.initrd\+0x[0-9a-f]+: error: .*\[initrd\/unreachable\]/);
  });

  test('names the command for a unified image of Xen', () => {
    const { exit, stderr } = ucodekit(['initrd', 'inspect', saved(XEN)]);
    expect(exit).toBe(3);
    expect(stderr).toContain('a unified image of Xen 4.17.5');
    expect(stderr).toContain('ucodekit explain');
  });
});

test('initrd extract gives the members of what the kernel gets', () => {
  const to = join(temporaryFolder(), 'out');
  expect(ucodekit(['initrd', 'extract', saved(GOOD), '-o', to]).exit).toBe(0);
  expect(new Uint8Array(readFileSync(join(to, 'early-1/kernel/x86/microcode/GenuineIntel.bin')))).toEqual(update);
});

describe('initrd splice', () => {
  test.each([
    ['a unified kernel image', GOOD],
    ['a unified image of Xen', XEN],
  ])('refuses %s, names ukify and leaves it as it is (initrd/efi-image)', (what, bytes) => {
    const path = saved(bytes);
    const { exit, stderr } = ucodekit(['initrd', 'splice', path, saved(update, '06-9a-04')]);
    expect(exit).toBe(3);
    expect(stderr).toContain(`is ${what}`);
    expect(stderr).toContain('ukify build');
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  });

  test('initrd build refuses one as --base', () => {
    const to = join(temporaryFolder(), 'new.img');
    const run = ucodekit(['initrd', 'build', saved(update, '06-9a-04'), '--base', saved(GOOD), '-o', to]);
    expect(run.exit).toBe(3);
    expect(run.stderr).toContain('[initrd/efi-image]');
    expect(existsSync(to)).toBe(false);
  });
});
