/** `initrd inspect` of several files and of folders: verdicts first, then details. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { concat } from '../../fixtures/bytes.ts';
import { archive, file, folder, parents } from '../../fixtures/cpio.ts';
import { type EfiSection, uki } from '../../fixtures/efi.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { ucodekit } from '../support/ucodekit.ts';

const INTEL = file('kernel/x86/microcode/GenuineIntel.bin', intelUpdate(), { alignData: 16 });
const AMD = file('kernel/x86/microcode/AuthenticAMD.bin', amdContainer());
const EARLY = archive(...parents, INTEL, AMD);
const MAIN = archive(folder('etc'), file('etc/motd', 'hello'), file('init', 'x'));
const section = (name: string, bytes: Uint8Array): EfiSection => ({ name, bytes });
const inFours = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array(-bytes.length & 3));

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'ucodekit-test-'));
  mkdirSync(join(cwd, 'boot/efi'), { recursive: true });
  writeFileSync(join(cwd, 'boot/config-6.12'), 'CONFIG_MICROCODE=y\n');
  writeFileSync(join(cwd, 'boot/notes.gz'), gzipSync('text'));
  writeFileSync(join(cwd, 'boot/vmlinuz'), 'MZ and no more');
  writeFileSync(join(cwd, 'boot/initrd.img-6.12'), concat(EARLY, MAIN));
  writeFileSync(join(cwd, 'boot/initramfs-bad.img'), inFours(gzipSync(concat(EARLY, MAIN))));
  writeFileSync(join(cwd, 'boot/efi/linux.efi'), uki('257.13-1', section('.ucode', EARLY), section('.initrd', MAIN)));
  return () => rmSync(cwd, { recursive: true });
});

const run = (...words: string[]) => ucodekit(['initrd', 'inspect', ...words], { cwd });

const GOOD =
  'boot/initrd.img-6.12: Linux and Xen 4.17 to 4.22 find Intel (1 update) and AMD (1 update); Linux unpacks it';
const UKI = 'boot/efi/linux.efi: Linux finds Intel (1 update) and AMD (1 update); Linux unpacks it';

test('one file: the verdict is the first line', () => {
  const { exit, stdout, stderr } = run('boot/initrd.img-6.12');
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    GOOD,
    '',
    expect.stringMatching(/^boot\/initrd.img-6.12: \d+ bytes$/),
  ]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
});

test('a folder: its initrds and unified kernel images, a verdict each, before any details', () => {
  const { exit, stdout } = run('boot');
  expect(exit).toBe(0);
  expect(stdout.split('\n\n')[0]?.split('\n')).toEqual([
    UKI,
    'boot/initramfs-bad.img: Linux and Xen 4.17 to 4.22 find no microcode; what is compressed from 0 on was not looked into (--deep)',
    expect.stringMatching(/^ {2}2 warnings, the first: kernel\/x86\/microcode\/AuthenticAMD.bin is not found/),
    GOOD,
  ]);
  expect(stdout).not.toContain('notes.gz');
  expect(run('boot', '--no-recursive').stdout).not.toContain('linux.efi');
});

test('--deep finds what is hidden in the compressed part, which the text without it says', () => {
  const shallow = run('boot/initramfs-bad.img').stdout;
  expect(shallow).toContain('it is compressed and may hold microcode that no early loader sees; --deep looks into it');
  const { exit, stdout } = run('boot/initramfs-bad.img', '--deep');
  expect(exit).toBe(3);
  expect(stdout.split('\n')[1]).toMatch(
    /^ {2}2 errors, 2 warnings, the first: the name .* appears inside gzip-compressed data/,
  );
});

test.each([
  [[], false],
  [['-v'], true],
  [['--deep'], true],
])('members of the main part, %j: %s', (flags, listed) => {
  const { stdout } = run('boot/initrd.img-6.12', ...flags);
  expect(stdout.includes('etc/motd')).toBe(listed);
  expect(stdout.includes('newc archive, 3 members; -v lists them')).toBe(!listed);
  expect(stdout).toContain('  kernel/x86/microcode/GenuineIntel.bin\n');
});

test('releases of Xen without security fixes are shown on request', () => {
  expect(run('boot/initrd.img-6.12').stdout).not.toMatch(/Xen 4\.2 and 4\.3|4\.13/);
  const { stdout } = run('boot/initrd.img-6.12', '--all-loaders');
  expect(stdout).toContain('intel   Xen 4.2 and 4.3  ');
  expect(stdout).toContain('amd     other Xen 4.4 to 4.13  ');
  expect(stdout).not.toContain('--all-loaders');
});

test('a shell script can match what Linux finds', () => {
  const flat = run('boot/initrd.img-6.12', '--json').stdout.replaceAll(/[ \n]/g, '');
  expect(flat).toContain('"vendor":"intel","loader":"Linux","verdict":"found","offset":528,"size":1024,');
});

test('one document, whether one file is given or several; what could not be looked at stands beside', () => {
  const one = JSON.parse(run('boot/initrd.img-6.12', '--json').stdout) as { initrds: readonly unknown[] };
  const several = run('boot/initrd.img-6.12', 'absent', '-', '--json');
  expect(one).toMatchObject({
    schema: 'ucodekit/initrd-inspect@3',
    initrds: [
      {
        path: 'boot/initrd.img-6.12',
        verdict: { worst: null, says: [GOOD.replace('boot/initrd.img-6.12: ', '')] },
        segments: [{ early: true }, { kind: 'zeros' }, { early: false, memberCount: 3 }, { kind: 'zeros' }],
      },
    ],
    failures: [],
  });
  const all = JSON.parse(several.stdout) as { initrds: readonly unknown[] };
  expect(all.initrds[0]).toEqual(one.initrds[0]);
  expect(all).toMatchObject({
    initrds: [{}, { path: '-', verdict: { worst: 'error' } }],
    failures: [{ code: 'input/unreadable', where: 'absent' }],
  });
  expect(several.exit).toBe(3);
});
