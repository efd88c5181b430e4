/** The script for a unified image, run with the real objcopy on Debian's xen.efi. xen-efi.boot.ts boots such images. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import * as files from '../../fixtures/xen.ts';
import { fetchPackage } from '../../scripts/debian.ts';
import { checkXen } from '../../src/xen/check/check.ts';
import { parseRelease } from '../../src/xen/releases.ts';
import { planStanza } from '../../src/xen/stanza/stanza.ts';
import { program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('the script makes an image whose sections are the files, on pages of their own', (context) => {
  program(context, 'objcopy');
  const folder = temporaryFolder();
  const { deb } = fetchPackage({ name: 'xen-hypervisor-4.17-amd64', components: ['main'], only: ['./boot/xen-*.gz'] });
  execFileSync('dpkg-deb', ['-x', deb, join(folder, 'package')]);
  const boot = join(folder, 'package/boot');
  const efi = readdirSync(boot).find((name) => name.endsWith('.efi')) ?? '';
  const release = parseRelease('4.17') ?? { minor: 17, point: 0, name: '4.17' };
  const initrd = { path: 'initrd.img', bytes: files.INITRD };
  const microcode = { path: "it's ucode.bin", bytes: files.INTEL_RAW };
  const stanza = planStanza({
    loader: 'uki',
    release,
    mode: 'auto',
    title: '',
    hypervisor: join(boot, efi),
    xenArguments: ['console=vga'],
    kernel: { path: 'vmlinuz', arguments: ['root=/dev/sda1'] },
    initrd,
    microcode,
  });
  if (!stanza.ok) throw new Error(stanza.refusals.join('; '));
  const texts = stanza.files.map(({ name, text }) => ({ path: name, bytes: Buffer.from(text) }));
  for (const { path, bytes } of [...texts, initrd, microcode, { path: 'vmlinuz', bytes: files.KERNEL }]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  execFileSync('sh', ['build-xen-unified.sh'], { cwd: folder });
  const config = readFileSync(join(folder, 'xen-unified.efi'));
  const { loader, entries, findings } = checkXen({ config, path: '/xen.efi', release, open: () => undefined });
  expect(loader?.id).toBe('uki');
  expect(findings).toEqual([]);
  expect(entries[0]?.found.xenLine).toBe('console=vga ucode=-1');
  expect(entries[0]?.files.map(({ path, bytes }) => [path, Buffer.from(bytes ?? []).toString('hex')])).toEqual([
    ['.kernel', Buffer.from(files.KERNEL).toString('hex')],
    ['.ramdisk', Buffer.from(files.INITRD).toString('hex')],
    ['.ucode', Buffer.from(files.INTEL_RAW).toString('hex')],
  ]);
  const listing = execFileSync('objdump', ['-h', join(folder, 'xen-unified.efi')], { encoding: 'utf8' });
  const added = [...listing.matchAll(/^ +\d+ (\.\w+) +[0-9a-f]{8} +ffff82d0([0-9a-f]{8})/gm)].slice(-4);
  expect(added.map(([, name]) => name)).toEqual(['.config', '.kernel', '.ramdisk', '.ucode']);
  expect(added.every(([, , low]) => Number.parseInt(low ?? '', 16) % 4096 === 0)).toBe(true);
});
