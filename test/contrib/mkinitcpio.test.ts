import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { archive, file } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { inspectInitrd } from '../../src/initrd/inspect/inspect.ts';
import { program } from '../support/debian.ts';
import { CONTRIB, CPUINFO, damage, place, type Place } from '../support/initrd-hooks.ts';
import { inScratchSystem, type Said } from '../support/scratch-system.ts';

describe('the install hook, with a stand-in for mkinitcpio', () => {
  /** What mkinitcpio offers to hooks; at the end its early archive is packed as `create_image` packs it. */
  const STAND_IN = `
    EARLYROOT=$work/early; mkdir -p "$EARLYROOT"; echo 1 >"$EARLYROOT/early_cpio"
    add_file_early() { install -Dm "$3" "$1" "$EARLYROOT$2"; }
    quiet() { [[ ! $verbose ]] || printf "  -> $1\\n" "\${@:2}"; }
    warning() { printf "==> WARNING: $1\\n" "\${@:2}" >&2; }
    die() { printf "==> ERROR: $1\\n" "\${@:2}" >&2; exit 1; }
    _d_fwpath=($firmware); mkinitcpio_autodetect=$autodetect
    . ${CONTRIB}/mkinitcpio/install/ucodekit; build; status=$?
    cd "$EARLYROOT"; find . -mindepth 1 -printf '%P\\0' | LC_ALL=C sort -z | bsdtar --null -cnf - -T - | bsdtar --null -cf - --format=newc @- >"$image"
    exit $status`;

  const ran = (context: TestContext, at: Place, more: Readonly<Record<string, string>> = {}): Said => {
    program(context, 'bsdtar');
    return inScratchSystem(context, ['bash', '-c', STAND_IN], {
      work: at.folder,
      image: at.initrd,
      firmware: '',
      autodetect: '0',
      verbose: '',
      ...at.environment,
      ...more,
    });
  };

  test('puts both vendors into the early archive, aligned, and says nothing', (context) => {
    const at = place();
    expect(ran(context, at)).toEqual({ exit: 0, text: '' });
    const { lookups, vendorMembers } = inspectInitrd(readFileSync(at.initrd));
    expect([lookups.intel[0]?.verdict, lookups.amd[0]?.verdict]).toEqual(['found', 'found']);
    expect(vendorMembers.find(({ size }) => size === 2048)?.misalignment).toBe(0);
    expect(ran(context, place(), { verbose: 'y' }).text).toContain("adding microcode: 'GenuineIntel.bin'");
  });

  test('looks where mkinitcpio looks, and takes this machine’s only behind autodetect', (context) => {
    const at = place(['UCODEKIT_PATHS=']);
    const cpuinfo = join(at.folder, 'cpuinfo');
    writeFileSync(cpuinfo, CPUINFO);
    const said = ran(context, at, {
      firmware: `/nonexistent ${at.firmware}`,
      autodetect: '1',
      SCRATCH_CPUINFO: cpuinfo,
    });
    expect(said).toEqual({ exit: 0, text: '' });
    expect(inspectInitrd(readFileSync(at.initrd)).vendorMembers.map(({ size }) => size)).toEqual([1024]);
  });

  test.each([
    ['the program is missing', ['UCODEKIT=no-such-program'], 'the program no-such-program is not there'],
    ['there is no microcode', ['UCODEKIT_PATHS=/nonexistent'], 'no microcode in /nonexistent'],
    ['a file is damaged', [], '[intel/checksum]'],
  ])('warns when %s; no image is made where microcode is required', (_, settings, why) => {
    for (const required of [false, true]) {
      const at = place([...settings, ...(required ? ['UCODEKIT_REQUIRED=yes'] : [])]);
      damage(at);
      const { status, stderr } = spawnSync('bash', ['-c', STAND_IN], {
        encoding: 'utf8',
        env: { ...process.env, ...at.environment, work: at.folder, image: at.initrd, firmware: '', autodetect: '0' },
      });
      expect(stderr).toContain(why);
      expect(stderr).toContain(required ? '==> ERROR: ucodekit: no image is made' : 'no early microcode in this image');
      expect(existsSync(join(at.folder, 'early/kernel'))).toBe(false);
      expect([status === 0, existsSync(at.initrd)]).toEqual([!required, !required]);
    }
  });
});

describe('the post hook', () => {
  const HOOK = join(CONTRIB, 'mkinitcpio/post/ucodekit');
  const ran = ({ initrd, environment }: Place) => {
    const env = { ...process.env, ...environment };
    const { status, stderr } = spawnSync(HOOK, ['/boot/vmlinuz', initrd], { encoding: 'utf8', env });
    return { status, stderr };
  };

  test('aligns what is not, and leaves alone what is', () => {
    const at = place();
    const intel = intelUpdate();
    const members = [file('abcd', ''), file('kernel/x86/microcode/GenuineIntel.bin', intel)];
    const misaligned = [archive(...members), archive(file('pad', ''), ...members)].find(
      (image) => inspectInitrd(image).vendorMembers[0]?.misalignment !== 0,
    );
    writeFileSync(at.initrd, misaligned ?? '');
    expect(ran(at)).toEqual({ status: 0, stderr: '' });
    const once = readFileSync(at.initrd);
    expect(inspectInitrd(once).vendorMembers).toMatchObject([{ misalignment: 0, size: intel.length }]);
    expect(ran(at)).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(at.initrd).equals(once)).toBe(true);
  });

  test('says that an image has none, and fails where microcode is required', () => {
    for (const required of [false, true]) {
      const at = place(required ? ['UCODEKIT_REQUIRED=yes'] : []);
      writeFileSync(at.initrd, archive(file('init', '')));
      const { status, stderr } = ran(at);
      expect(stderr).toBe(`==> WARNING: ucodekit: Linux finds no early microcode in ${at.initrd}\n`);
      expect(status).toBe(required ? 1 : 0);
    }
  });
});

/** Upstream's mkinitcpio is in no Debian package: a checkout of it is used where MKINITCPIO_SOURCE names one. */
test('upstream’s mkinitcpio makes an image with both vendors', (context) => {
  const source = process.env['MKINITCPIO_SOURCE'];
  if (source === undefined) return context.skip('MKINITCPIO_SOURCE names no checkout of mkinitcpio');
  program(context, 'bsdtar');
  const at = place();
  const [install, post, etc] = ['install', 'post', 'etc'].map((name) => join(at.folder, name));
  cpSync(join(source, 'install'), install ?? '', { recursive: true });
  mkdirSync(post ?? '');
  cpSync(join(CONTRIB, 'mkinitcpio/install/ucodekit'), join(install ?? '', 'ucodekit'));
  cpSync(join(CONTRIB, 'mkinitcpio/post/ucodekit'), join(post ?? '', 'ucodekit'));
  const script = readFileSync(join(source, 'mkinitcpio'), 'utf8')
    .replaceAll('@INITCPIO_LIBDIR@', source)
    .replaceAll('@BINDIR@', '/usr/bin')
    .replaceAll(/@(?:INITCPIO_)?SYSCONFDIR@/g, etc ?? '');
  writeFileSync(join(at.folder, 'mkinitcpio'), script);
  writeFileSync(join(at.folder, 'conf'), 'HOOKS=(ucodekit)\nCOMPRESSION=gzip\n');
  const options = ['-k', 'none', '-c', join(at.folder, 'conf'), '-g', at.initrd];
  const { status, stdout, stderr } = spawnSync('bash', [join(at.folder, 'mkinitcpio'), ...options], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...at.environment,
      MKINITCPIO_INSTALL: install,
      MKINITCPIO_POST_HOOKS: post,
      MKINITCPIO_LIBRARY: source,
    },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('Running post hook: [ucodekit]');
  const { lookups, vendorMembers } = inspectInitrd(readFileSync(at.initrd));
  expect([lookups.intel[0]?.verdict, lookups.amd[0]?.verdict]).toEqual(['found', 'found']);
  expect(vendorMembers.find(({ size }) => size === 2048)?.misalignment).toBe(0);
  expect(readdirSync(post ?? '')).toEqual(['ucodekit']);
});
