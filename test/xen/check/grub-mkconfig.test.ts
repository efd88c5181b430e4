import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import * as files from '../../../fixtures/xen.ts';
import { checkXen } from '../../../src/xen/check/check.ts';
import { parseRelease } from '../../../src/xen/releases.ts';
import { lacking, program } from '../../support/debian.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const SCRIPT = '/etc/grub.d/20_linux_xen';
const LIBRARY = '/usr/share/grub/grub-mkconfig_lib';

const BOOT: Readonly<Record<string, Uint8Array>> = {
  'xen-4.17-amd64.gz': files.COMPRESSED,
  'vmlinuz-6.1.0-1-amd64': files.KERNEL,
  'initrd.img-6.1.0-1-amd64': files.INITRD,
  'early_ucode.cpio': files.EARLY_BOTH,
  'config-6.1.0-1-amd64': Buffer.from('CONFIG_XEN_DOM0=y\n'),
};

/** What the system's own 20_linux_xen writes for a scratch root that has Xen, a kernel, its initrd and an early archive in /boot. */
function xenMenu(context: TestContext, root: string): string {
  for (const path of [SCRIPT, LIBRARY]) if (!existsSync(path)) lacking(context, `${path} is missing (grub-common)`);
  mkdirSync(join(root, 'boot'));
  for (const [name, bytes] of Object.entries(BOOT)) writeFileSync(join(root, 'boot', name), bytes);
  // What asks for devices is answered here; what decides on lines and files is GRUB's.
  const library = [
    `. ${LIBRARY}`,
    `make_system_path_relative_to_its_root() { printf '%s' "\${1#${root}}"; }`,
    "prepare_grub_to_access_device() { echo 'insmod ext2'; }",
    'grub_get_device_id() { echo simple; }',
    'is_multiboot2() { test "$1" = --is-x86-multiboot2; }',
    'grub_file=is_multiboot2',
    '',
  ].join('\n');
  writeFileSync(join(root, 'grub-mkconfig_lib'), library);
  const script = readFileSync(SCRIPT, 'utf8').replaceAll(/(for i in |[ \t])\/boot\/(vmlinu|xen)/g, `$1${root}/boot/$2`);
  return execFileSync('sh', ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      pkgdatadir: root,
      GRUB_DEVICE: '/dev/sda1',
      GRUB_DEVICE_BOOT: '/dev/sda1',
      GRUB_DEVICE_UUID: '0123-4567',
      GRUB_DISABLE_LINUX_UUID: 'true',
      GRUB_DISTRIBUTOR: 'Debian',
      GRUB_CMDLINE_XEN_DEFAULT: 'ucode=scan',
      GRUB_EARLY_INITRD_LINUX_STOCK: 'early_ucode.cpio microcode.cpio',
    },
  });
}

test("GRUB's own menu for Xen: 2.06 puts the archive and the initrd on one line, which is reported", (context) => {
  const version = execFileSync(program(context, 'grub-script-check'), ['--version'], { encoding: 'utf8' });
  const root = temporaryFolder();
  const menu = xenMenu(context, root);
  const { loader, entries, findings } = checkXen({
    config: Buffer.from(menu),
    path: '/boot/grub/grub.cfg',
    release: parseRelease('4.17') ?? { minor: 17, point: 0, name: '4.17' },
    open: (path) => BOOT[path.replace(/^\/boot\//, '')],
  });
  const rules = new Set(findings.map(({ rule }) => rule));
  expect(loader?.id).toBe('grub2');
  expect(entries.map(({ found }) => found.entry.dom0.kernel)).toEqual([
    '/boot/vmlinuz-6.1.0-1-amd64',
    '/boot/vmlinuz-6.1.0-1-amd64',
    '/boot/vmlinuz-6.1.0-1-amd64',
  ]);
  // Normal entries have the option, the recovery entry has not (GRUB_CMDLINE_XEN_DEFAULT).
  expect(entries.map(({ line }) => line.state.scan)).toEqual([true, true, false]);
  expect(rules.has('xen/several-files-on-a-line')).toBe(/ 2\.0[0-9]/.test(version));
  expect(entries[0]?.files[1]?.path).toBe(
    / 2\.0[0-9]/.test(version) ? '/boot/early_ucode.cpio' : '/boot/initrd.img-6.1.0-1-amd64',
  );
  expect(rules.has('xen/no-option')).toBe(true);
});
