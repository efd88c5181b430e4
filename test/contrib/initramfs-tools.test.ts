import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { archive, file } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { inspectInitrd } from '../../src/initrd/inspect/inspect.ts';
import { program } from '../support/debian.ts';
import { CONTRIB, CPUINFO, damage, expectBothVendors, place, type Place } from '../support/initrd-hooks.ts';
import { inScratchSystem, KERNEL, type Said } from '../support/scratch-system.ts';

const membersOf = (path: string): string[] =>
  inspectInitrd(readFileSync(path)).vendorMembers.map(({ name, size }) => `${name.split('/').at(-1)} ${size}`);

describe('the hook', () => {
  interface Run {
    readonly compression?: string;
    readonly environment?: Readonly<Record<string, string>>;
    /** A further hook that runs before it, as that of a vendor does. */
    readonly before?: string;
    readonly options?: readonly string[];
  }

  function mkinitramfs(context: TestContext, at: Place, run: Run = {}): Said {
    const path = program(context, 'mkinitramfs');
    const conf = join(at.folder, 'conf');
    cpSync('/etc/initramfs-tools', conf, { recursive: true });
    mkdirSync(join(conf, 'hooks'), { recursive: true });
    copyFileSync(join(CONTRIB, 'initramfs-tools/hooks/ucodekit'), join(conf, 'hooks/ucodekit'));
    if (run.before !== undefined) writeFileSync(join(conf, 'hooks/intel_microcode'), run.before, { mode: 0o755 });
    const options = ['-d', conf, '-c', run.compression ?? 'gzip', ...(run.options ?? []), '-o', at.initrd, KERNEL];
    return inScratchSystem(context, [path, ...options], { ...at.environment, ...run.environment });
  }

  test('puts both vendors in front, and says so only when it is asked', (context) => {
    const at = place();
    const { exit, text } = mkinitramfs(context, at, { compression: 'zstd' });
    expect(exit).toBe(0);
    expect(text).not.toContain('ucodekit');
    expect(text).not.toContain('Intel update');
    expectBothVendors(readFileSync(at.initrd), 'zstd');
    expect(mkinitramfs(context, at, { options: ['-v'] }).text).toContain(
      'early microcode: 8704 bytes, 2 Intel updates',
    );
  });

  test('takes the place of the image of a hook before it: there are never two', (context) => {
    const at = place();
    const other = join(at.folder, 'other.img');
    writeFileSync(other, archive(file('kernel/x86/microcode/GenuineIntel.bin', intelUpdate({ signature: 0x306c3 }))));
    const before = `#!/bin/sh\n[ "$1" != prereqs ] || exit 0\n. /usr/share/initramfs-tools/hook-functions\nprepend_earlyinitramfs ${other}\n`;
    expect(mkinitramfs(context, at, { before }).exit).toBe(0);
    expectBothVendors(readFileSync(at.initrd), 'gzip');
    damage(at);
    const { exit, text } = mkinitramfs(context, at, { before });
    expect(exit).toBe(0);
    expect(text).toContain('W: ucodekit: this initrd has the early microcode of other hooks only');
    expect(membersOf(at.initrd)).toEqual(['GenuineIntel.bin 1024']);
  });

  test('without microcode, or with a damaged file, that is said, and the initrd is made all the same', (context) => {
    const at = place(['UCODEKIT_PATHS=/nonexistent']);
    const { exit, text } = mkinitramfs(context, at);
    expect(exit).toBe(0);
    expect(text).toContain(
      'W: ucodekit: no microcode in /nonexistent\nW: ucodekit: no early microcode in this initrd\n',
    );
    expect(membersOf(at.initrd)).toEqual([]);
  });

  test('a damaged file stops mkinitramfs where microcode is required', (context) => {
    const at = place(['UCODEKIT_REQUIRED=yes']);
    damage(at);
    const { exit, text } = mkinitramfs(context, at);
    expect(exit).not.toBe(0);
    expect(text).toContain('E: ucodekit: no initrd is made');
    expect(text).toContain('intel/checksum');
  });

  test('MODULES=dep takes the updates of this machine only', (context) => {
    const at = place();
    const cpuinfo = join(at.folder, 'cpuinfo');
    writeFileSync(cpuinfo, CPUINFO);
    const conf = join(at.folder, 'conf');
    mkdirSync(join(conf, 'conf.d'), { recursive: true });
    writeFileSync(join(conf, 'conf.d/modules'), 'MODULES=dep\n');
    // mkinitramfs finds no root file system for a kernel without modules; what counts is what the hook is told.
    const hook = join(CONTRIB, 'initramfs-tools/hooks/ucodekit');
    const early = join(at.folder, 'early');
    writeFileSync(early, '');
    const said = inScratchSystem(context, ['sh', hook], {
      ...at.environment,
      MODULES: 'dep',
      __TMPEARLYCPIO: early,
      SCRATCH_CPUINFO: cpuinfo,
    });
    expect(said).toEqual({ exit: 0, text: '' });
    expect(membersOf(early)).toEqual(['GenuineIntel.bin 1024']);
  });

  test('can be switched off', (context) => {
    const at = place(['UCODEKIT_INITRAMFS=no']);
    const { exit, text } = mkinitramfs(context, at);
    expect(exit).toBe(0);
    expect(text).not.toContain('ucodekit');
    expect(membersOf(at.initrd)).toEqual([]);
  });
});

describe('the post-update script', () => {
  const SCRIPT = join(CONTRIB, 'initramfs-tools/post-update.d/ucodekit');
  const ran = ({ environment, initrd }: Place, more: Readonly<Record<string, string>> = {}) => {
    const env = { ...process.env, ...environment, ...more };
    const { status, stdout, stderr } = spawnSync(SCRIPT, [KERNEL, initrd], { encoding: 'utf8', env });
    return { status, stdout, stderr };
  };
  const initrdAt = (at: Place): Buffer => {
    writeFileSync(at.initrd, archive(file('init', '#!/bin/sh\n')));
    return readFileSync(at.initrd);
  };

  test('splices the finished initrd, twice alike, and is quiet unless it is asked', () => {
    const at = place();
    initrdAt(at);
    for (const _ of [1, 2]) expect(ran(at)).toEqual({ status: 0, stdout: '', stderr: '' });
    expectBothVendors(readFileSync(at.initrd), undefined);
    expect(ran(at, { verbose: 'y' }).stdout).toContain('kernel/x86/microcode/GenuineIntel.bin');
    expect(spawnSync(SCRIPT, [KERNEL, '/nonexistent']).status).toBe(0);
  });

  test.each([
    ['the program is missing', ['UCODEKIT=no-such-program'], 'the program no-such-program is not there'],
    ['there is no microcode', ['UCODEKIT_PATHS=/nonexistent'], 'no microcode in /nonexistent'],
    ['a file is damaged', [], '[intel/checksum]'],
  ])('never fails because %s, unless microcode is required', (_, settings, why) => {
    for (const required of [false, true]) {
      const at = place([...settings, ...(required ? ['UCODEKIT_REQUIRED=yes'] : [])]);
      damage(at);
      const before = initrdAt(at);
      const { status, stderr } = ran(at);
      expect(status).toBe(required ? 1 : 0);
      expect(stderr).toContain(why);
      expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('W: ucodekit: '))).toEqual([]);
      expect(stderr).toContain(`W: ucodekit: ${at.initrd} stays as update-initramfs made it\n`);
      expect(readFileSync(at.initrd).equals(before)).toBe(true);
    }
  });

  test('MODULES=dep takes the updates of this machine only', (context) => {
    const at = place();
    initrdAt(at);
    const cpuinfo = join(at.folder, 'cpuinfo');
    writeFileSync(cpuinfo, CPUINFO);
    writeFileSync(join(at.folder, 'initramfs.conf'), 'MODULES=dep\n');
    const environment = { ...at.environment, SCRATCH_CPUINFO: cpuinfo, UCODEKIT_INITRAMFS_CONF: at.folder };
    expect(inScratchSystem(context, [SCRIPT, KERNEL, at.initrd], environment)).toEqual({ exit: 0, text: '' });
    expect(membersOf(at.initrd)).toEqual(['GenuineIntel.bin 1024']);
  });
});
