import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { inspectInitrd } from '../../src/initrd/inspect/inspect.ts';
import { debianPackage, program } from '../support/debian.ts';
import { CONTRIB, CPUINFO, damage, place, type Place } from '../support/initrd-hooks.ts';
import { inScratchSystem, KERNEL, type Said } from '../support/scratch-system.ts';

const MODULE = join(CONTRIB, 'dracut/90ucodekit');

/** Linux finds both, and the Intel file, whose data a processor wants so, is at a multiple of 16. */
function expectBoth(path: string): void {
  const { lookups, vendorMembers } = inspectInitrd(readFileSync(path));
  expect([lookups.intel[0]?.verdict, lookups.amd[0]?.verdict]).toEqual(['found', 'found']);
  expect(vendorMembers.find(({ name }) => name.endsWith('GenuineIntel.bin'))).toMatchObject({
    size: 2048,
    misalignment: 0,
  });
}

describe('Debian’s dracut', () => {
  function dracut(
    context: TestContext,
    { folder, initrd, environment }: Place,
    options: readonly string[],
    settings = '',
  ): Said {
    const { root } = debianPackage(context, { name: 'dracut-core', components: ['main'] });
    const base = join(folder, 'dracut');
    cpSync(join(root, 'usr/lib/dracut'), base, { recursive: true });
    cpSync(MODULE, join(base, 'modules.d/90ucodekit'), { recursive: true });
    const [tmp, conf] = [join(folder, 'tmp'), join(folder, 'conf.d')];
    for (const path of [tmp, conf]) mkdirSync(path);
    writeFileSync(join(conf, 'test.conf'), settings);
    const fixed = ['--force', '--conf', '/dev/null', '--confdir', conf, '--tmpdir', tmp];
    const modules = ['--gzip', '--modules', 'base ucodekit'];
    const command = ['bash', join(root, 'usr/bin/dracut'), ...fixed, ...modules, ...options, initrd, KERNEL];
    return inScratchSystem(context, command, { ...environment, dracutbasedir: base });
  }

  test('packs both vendors beside its ACPI tables, aligned, and says what was chosen', (context) => {
    const at = place();
    const tables = join(at.folder, 'tables');
    mkdirSync(tables);
    writeFileSync(join(tables, 'dsdt.aml'), 'DSDT and six');
    const settings = `acpi_override=yes\nacpi_table_dir=${tables}\n`;
    program(context, 'cpio');
    const { exit, text } = dracut(context, at, ['--no-hostonly'], settings);
    expect(text).toContain('ucodekit: 8704 bytes, 2 Intel updates, 1 AMD patch\n');
    expect(exit).toBe(0);
    expectBoth(at.initrd);
    const names = execFileSync('cpio', ['-t', '--quiet', '-F', at.initrd], { encoding: 'utf8' });
    expect(names.split('\n')).toContain('kernel/firmware/acpi/dsdt.aml');
  });

  test('takes the updates of this machine only for a hostonly image', (context) => {
    const at = place();
    const cpuinfo = join(at.folder, 'cpuinfo');
    writeFileSync(cpuinfo, CPUINFO);
    const environment = { ...at.environment, SCRATCH_CPUINFO: cpuinfo };
    const { exit, text } = dracut(context, { ...at, environment }, ['--hostonly']);
    expect(text).toContain('1 Intel update, 0 AMD patches');
    expect(exit).toBe(0);
    expect(inspectInitrd(readFileSync(at.initrd)).vendorMembers.map(({ size }) => size)).toEqual([1024]);
  });

  test('makes no initrd when a required microcode is damaged, and the one before stays', (context) => {
    const at = place(['UCODEKIT_REQUIRED=yes']);
    damage(at);
    writeFileSync(at.initrd, 'the one before');
    const { exit, text } = dracut(context, at, ['--no-hostonly']);
    expect(exit).toBe(1);
    expect(text).toContain('intel/checksum');
    expect(text).toContain('ucodekit: no initrd is made, because UCODEKIT_REQUIRED=yes');
    expect(readFileSync(at.initrd, 'utf8')).toBe('the one before');
  });
});

describe('the module, with a stand-in for dracut', () => {
  interface Ran {
    readonly exit: number | null;
    readonly said: string;
    /** Whether the files are laid out for packing. */
    readonly packed: boolean;
  }

  /** Runs install() as dracut does, then `afterwards`, then ends. */
  function install(at: Place, variables: Readonly<Record<string, string>>, afterwards = ''): Ran {
    const work = join(at.folder, 'work');
    mkdirSync(join(work, 'earlycpio'), { recursive: true });
    const script = `
      for level in dinfo dwarn derror dfatal; do eval "$level() { echo \\"$level: \\$*\\"; }"; done
      check_kernel_config() { [[ $config ]]; }
      trap 'ret=$?; echo "early_microcode=$early_microcode create=$create_early_cpio"; exit $ret' EXIT
      . ${MODULE}/module-setup.sh
      install
      ${afterwards}
      exit 0`;
    const environment = {
      DRACUT_TMPDIR: work,
      early_cpio_dir: join(work, 'earlycpio'),
      outfile: at.initrd,
      fw_dir: at.firmware,
      config: 'y',
      early_microcode: 'yes',
      ...at.environment,
      ...variables,
    };
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    const packed = existsSync(join(work, 'earlycpio/d/kernel/x86/microcode/GenuineIntel.bin'));
    return { exit: status, said: stdout + stderr, packed };
  }

  /** What dracut does with the early files. */
  const PACK = '(cd "$early_cpio_dir/d" && echo 1 >early_cpio && find . | sort | cpio -o -H newc --quiet >"$outfile")';

  test('lays the files out, takes over, and looks into the image at the end', (context) => {
    program(context, 'cpio');
    const at = place();
    expect(install(at, {}, PACK)).toEqual({
      exit: 0,
      said: 'dinfo: ucodekit: 8704 bytes, 2 Intel updates, 1 AMD patch\nearly_microcode=no create=yes\n',
      packed: true,
    });
    expectBoth(at.initrd);
  });

  test('fails when the image lacks what was laid out', (context) => {
    program(context, 'cpio');
    const at = place();
    const lost = install(at, {}, `rm "$early_cpio_dir/d/kernel/x86/microcode/GenuineIntel.bin"; ${PACK}`);
    expect(lost.exit).toBe(1);
    expect(lost.said).toContain('derror: ucodekit: ');
    expect(lost.said).toContain('Linux will not find GenuineIntel.bin in it (2048 bytes)');
    expect(install(place(), {}, 'echo nonsense >"$outfile"').exit).toBe(1);
    expect(install(place(), {}, 'false; exit 7').exit).toBe(7);
  });

  test('looks where dracut looks, below its other root too', () => {
    const at = place(['UCODEKIT_PATHS=']);
    expect(install(at, { fw_dir: `/nonexistent ${at.firmware}` }).packed).toBe(true);
    const other = place(['UCODEKIT_PATHS="/intel-ucode /amd-ucode"']);
    expect(install(other, { fw_dir: '/nonexistent', dracutsysrootdir: other.firmware }).packed).toBe(true);
  });

  test('passes over an empty folder', () => {
    const at = place();
    mkdirSync(join(at.folder, 'none'));
    expect(install(at, {}).packed).toBe(true);
  });

  test.each([
    ['early_microcode is off', [], { early_microcode: 'no' }, 'early_microcode is off'],
    ['the kernel loads none', [], { early_microcode: '', config: '' }, 'the kernel has no CONFIG_MICROCODE'],
    ['the program is missing', ['UCODEKIT=no-such-program'], {}, 'the program no-such-program is not there'],
    ['there is no microcode', ['UCODEKIT_PATHS=/nonexistent'], {}, 'no microcode in /nonexistent'],
    ['a file is damaged', [], { damaged: 'y' }, '[intel/checksum]'],
  ])('says so and adds nothing when %s; fails only where microcode is required', (_, settings, variables, why) => {
    for (const required of [false, true]) {
      const at = place([...settings, ...(required ? ['UCODEKIT_REQUIRED=yes'] : [])]);
      if ('damaged' in variables) damage(at);
      const { exit, said, packed } = install(at, variables);
      expect([exit, packed]).toEqual([required ? 1 : 0, false]);
      expect(said).toContain(why);
      expect(said).toContain(required ? 'dfatal: ucodekit: ' : 'dwarn: ucodekit: ');
      // Whatever dracut does by itself goes on.
      expect(said).toContain('early_microcode' in variables ? ' create=\n' : 'early_microcode=yes create=\n');
    }
  });

  test('goes on where dracut 059 looks for options that newer kernels lack', () => {
    expect(install(place(), { early_microcode: '' }).packed).toBe(true);
  });
});
