import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRIB } from '../support/initrd-hooks.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What grub-mkconfig has after it has read the snippet `times`, in a root with these files. */
function read(files: Readonly<Record<string, string>>, before = '', times = 1) {
  const root = temporaryFolder();
  for (const folder of ['boot', 'etc/grub.d']) mkdirSync(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  const script = `set -e; ${before}
    ${`. ${CONTRIB}/grub/ucodekit.cfg\n`.repeat(times)}
    echo "linux=$GRUB_EARLY_INITRD_LINUX_CUSTOM xen=$GRUB_CMDLINE_XEN"`;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, UCODEKIT_ROOT: root },
  });
  return { status, stdout: stdout.trim(), stderr };
}

const IMAGE = { 'boot/ucodekit.img': '' };

test('the snippet puts the image in front for Linux and lets Xen look for it, however often it is read', () => {
  for (const times of [1, 2])
    expect(read(IMAGE, '', times)).toEqual({ status: 0, stdout: 'linux=ucodekit.img xen=ucode=scan', stderr: '' });
  const own = "GRUB_EARLY_INITRD_LINUX_CUSTOM=acpi.img; GRUB_CMDLINE_XEN='dom0_mem=1G'";
  expect(read(IMAGE, own, 2).stdout).toBe('linux=ucodekit.img acpi.img xen=dom0_mem=1G ucode=scan');
  expect(read(IMAGE, "GRUB_CMDLINE_XEN='ucode=2 console=com1'").stdout).toContain('xen=ucode=2 console=com1');
});

test('without the image that is said, and entries stay as they are', () => {
  const { status, stdout, stderr } = read({});
  expect([status, stdout]).toEqual([0, 'linux= xen=ucode=scan']);
  expect(stderr).toContain('/boot/ucodekit.img is not there');
});

test('a GRUB that would leave dom0 without its initrd is recognised', () => {
  const old = { 'etc/grub.d/20_linux_xen': '\t${module_loader}\t--nounzip   $(echo $initrd_path)\n' };
  const { status, stdout, stderr } = read({ ...IMAGE, ...old, 'boot/xen-4.17-amd64.gz': '' });
  expect([status, stdout]).toEqual([0, 'linux= xen=ucode=scan']);
  expect(stderr).toContain('would leave Xen’s dom0 without its initrd'.replace('’', "'"));
  // Without Xen there are no such entries; newer ones have a line for each file.
  expect(read({ ...IMAGE, ...old }).stdout).toContain('linux=ucodekit.img');
  const newer = { 'etc/grub.d/20_linux_xen': '\t${module_loader}\t--nounzip   ${rel_dirname}/${i}\n' };
  expect(read({ ...IMAGE, ...newer, 'boot/xen-4.20-amd64.gz': '' }).stdout).toContain('linux=ucodekit.img');
});
