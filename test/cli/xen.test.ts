import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as files from '../../fixtures/xen.ts';
import type { XenCheckReport } from '../../src/report/xen/check.ts';
import type { XenLateReport } from '../../src/report/xen/late.ts';
import type { XenStanzaReport } from '../../src/report/xen/stanza.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

/** A root with what a Xen host has in /boot. */
function host(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'boot/grub'), { recursive: true });
  const present = {
    'xen.gz': files.COMPRESSED,
    vmlinuz: files.KERNEL,
    'initrd.img': files.INITRD,
    'ucode.bin': files.INTEL_RAW,
    'early.img': files.EARLY_BOTH,
  };
  for (const [name, bytes] of Object.entries(present)) writeFileSync(join(root, 'boot', name), bytes);
  return root;
}

const STANZA = ['xen', 'stanza', '--boot-loader', 'grub2', '--release', '4.17.5', '--kernel', '/boot/vmlinuz'];
const WITH = ['--initrd', '/boot/initrd.img', '--microcode', '/boot/ucode.bin'];

describe('xen stanza, then xen check', () => {
  test('what is written passes the check and gives the CPU its update', () => {
    const root = host();
    const written = ucodekit([...STANZA, ...WITH, '--kernel-args', 'root=/dev/sda1 ro', '--root', root, '--check']);
    expect(written).toMatchObject({ exit: 0, stderr: '' });
    expect(written.stdout).toContain('multiboot2 /boot/xen.gz ucode=2\n');
    const config = join(root, 'boot/grub/grub.cfg');
    writeFileSync(config, written.stdout);
    const checked = ucodekit([
      'xen',
      'check',
      config,
      '--root',
      root,
      '--release',
      '4.17.5',
      '--cpu',
      '0x906a4,0x80,0x1',
      '--json',
    ]);
    const report = JSON.parse(checked.stdout) as XenCheckReport;
    expect(checked.exit).toBe(0);
    expect(report).toMatchObject({
      schema: 'ucodekit/xen-check@1',
      bootLoader: 'grub2',
      release: '4.17.5',
      findings: [],
    });
    expect(report.entries[0]?.modules.map(({ roles }) => roles)).toEqual([
      ['dom0 kernel'],
      ['dom0 initrd'],
      ['microcode'],
    ]);
    expect(report.entries[0]?.predictions).toMatchObject([{ revision: '0x00000010', path: '/boot/ucode.bin' }]);
  });

  test('an impossible demand ends with 3 and the reason', () => {
    const root = host();
    const { exit, stderr, stdout } = ucodekit([
      ...STANZA,
      '--microcode',
      '/boot/early.img',
      '--mode',
      'index',
      '--root',
      root,
    ]);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
    expect(stderr).toContain('4.17.5 needs the raw updates');
  });

  test('entries of several files are written below a folder', () => {
    const root = host();
    const out = join(root, 'esp');
    const args = [...STANZA, ...WITH, '--xen', '/EFI/xen/xen.efi', '--root', root, '-o', out];
    const run = ucodekit(args.map((word) => (word === 'grub2' ? 'systemd-boot' : word)));
    expect(run).toMatchObject({ exit: 0, stdout: '' });
    expect(readFileSync(join(out, 'loader/entries/xen.conf'), 'utf8')).toContain('efi /EFI/xen/xen.efi');
    expect(readFileSync(join(out, 'EFI/xen/xen.cfg'), 'utf8')).toContain('ucode=\\boot\\ucode.bin');
  });

  test('the JSON document has the files', () => {
    const { stdout } = ucodekit([...STANZA, ...WITH, '--root', host(), '--json']);
    const report = JSON.parse(stdout) as XenStanzaReport;
    expect(report).toMatchObject({ schema: 'ucodekit/xen-stanza@1', way: 'index', option: 'ucode=2' });
    expect(report.files.map(({ name }) => name)).toEqual(['grub.cfg']);
  });
});

test('xen check prints what is wrong and exits with 1', () => {
  const root = host();
  const config = join(root, 'boot/grub/grub.cfg');
  writeFileSync(config, 'multiboot2 /boot/xen.gz ucode=1\nmodule2 /boot/vmlinuz\nmodule2 --nounzip /boot/initrd.img\n');
  const { exit, stdout } = ucodekit(['xen', 'check', config, '--root', root, '--release', '4.20']);
  expect(exit).toBe(1);
  expect(stdout).toContain(
    'Xen takes it as microcode, so dom0 does not get it as its initrd [xen/index-steals-initrd]',
  );
  expect(ucodekit(['xen', 'check', config, '--root', root, '--release', '3.4'])).toMatchObject({ exit: 2 });
});

test('xen check takes rules out and writes SARIF', () => {
  const root = host();
  const config = join(root, 'boot/grub/grub.cfg');
  writeFileSync(config, 'multiboot2 /boot/xen.gz ucode=1\nmodule2 /boot/vmlinuz\nmodule2 --nounzip /boot/initrd.img\n');
  const args = ['xen', 'check', config, '--root', root, '--release', '4.20'];
  expect(ucodekit([...args, '--skip', 'xen/index-steals-initrd'])).toMatchObject({ exit: 0 });
  expect(ucodekit([...args, '--only', 'xen/no-such-rule'])).toMatchObject({ exit: 2 });
  const { exit, stdout } = ucodekit([...args, '--format', 'sarif']);
  const log = JSON.parse(stdout) as { runs: { results: { ruleId: string }[] }[] };
  expect(exit).toBe(1);
  expect(log.runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual(['xen/index-steals-initrd']);
});

test('xen late prints the call', () => {
  const path = join(host(), 'boot/ucode.bin');
  const late = (...args: readonly string[]) => ucodekit(['xen', 'late', path, '--release', '4.20', ...args]);
  expect(late('--cpu', '0x906a4,0x80,0x1')).toMatchObject({ exit: 0 });
  expect(late('--cpu', '0x906a4,0x80,0x1').stdout).toMatch(/^xen-ucode \S+ucode\.bin\n/);
  const report = JSON.parse(late('--cpu', '0x306c3', '--json').stdout) as XenLateReport;
  expect(report).toMatchObject({ schema: 'ucodekit/xen-late@1', platformOperation: 66, cpus: [{ error: 'ENOENT' }] });
  expect(late('--cpu', '0x306c3')).toMatchObject({ exit: 1 });
  expect(late('--cpu', 'fast')).toMatchObject({ exit: 2 });
});
