import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { archive, file } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { expandInitrd } from '../../src/initrd/expanded-parts.ts';
import { inspectInitrd } from '../../src/initrd/inspect/inspect.ts';
import { packageToRun, program } from '../support/debian.ts';
import { inScratchSystem, KERNEL, programIn, type Said } from '../support/scratch-system.ts';
import { temporaryFolder } from '../support/temporary.ts';

const CONTRIB = resolve(import.meta.dirname, '../../contrib');

interface Place {
  readonly folder: string;
  readonly initrd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Microcode of both vendors with a README and a signature beside it, and the settings that point there. */
function prepared(settings: readonly string[] = []): Place {
  const folder = temporaryFolder();
  const [intel, amd] = [join(folder, 'intel-ucode'), join(folder, 'amd-ucode')];
  for (const path of [intel, amd]) mkdirSync(path);
  writeFileSync(join(intel, '06-9a-04'), intelUpdate());
  writeFileSync(join(intel, '06-9a-03'), intelUpdate({ signature: 0x906a3 }));
  writeFileSync(join(amd, 'microcode_amd_fam19h.bin'), amdContainer());
  writeFileSync(join(amd, 'microcode_amd_fam19h.bin.asc'), '-----BEGIN PGP SIGNATURE-----\n');
  writeFileSync(join(amd, 'README'), 'See LICENSE.\n');
  const defaults = join(folder, 'default');
  const lines = [`UCODEKIT=${programIn(folder)}`, `UCODEKIT_PATHS="${intel} ${amd} ${folder}/none"`, ...settings];
  writeFileSync(defaults, `${lines.join('\n')}\n`);
  return { folder, initrd: join(folder, 'initrd.img'), environment: { UCODEKIT_DEFAULT: defaults } };
}

/** `main`: compression of what follows, or undefined for none. */
async function expectBothVendors(initrd: Uint8Array, main: string | undefined): Promise<void> {
  const { image, lookups, findings, unpacking, vendorMembers } = inspectInitrd(initrd, await expandInitrd(initrd));
  const last = image.segments.at(-1);
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(unpacking.verdict).toBe('complete');
  expect([lookups.intel[0]?.verdict, lookups.amd[0]?.verdict]).toEqual(['found', 'found']);
  expect(vendorMembers.map(({ size, misalignment }) => [size, misalignment])).toEqual([
    [amdContainer().length, 0],
    [2048, 0],
  ]);
  expect(last?.kind === 'compressed' ? last.compression.name : undefined).toBe(main);
}

describe('initramfs-tools', () => {
  function mkinitramfs(context: TestContext, { folder, initrd, environment }: Place, compression: string): Said {
    const mkinitramfsPath = program(context, 'mkinitramfs');
    program(context, compression);
    const conf = join(folder, 'conf');
    cpSync('/etc/initramfs-tools', conf, { recursive: true });
    mkdirSync(join(conf, 'hooks'), { recursive: true });
    copyFileSync(join(CONTRIB, 'initramfs-tools/hooks/ucodekit'), join(conf, 'hooks/ucodekit'));
    const command = [mkinitramfsPath, '-d', conf, '-c', compression, '-o', initrd, KERNEL];
    return inScratchSystem(context, command, environment);
  }

  test('mkinitramfs puts both vendors in front, and says what was chosen', async (context) => {
    const place = prepared();
    const { exit, text } = mkinitramfs(context, place, 'zstd');
    expect(exit).toBe(0);
    expect(text).toContain('2 Intel updates, 1 AMD patch');
    await expectBothVendors(readFileSync(place.initrd), 'zstd');
  });

  test('without microcode that is said, and the initrd is made all the same', (context) => {
    const place = prepared(['UCODEKIT_PATHS=/nonexistent']);
    const { exit, text } = mkinitramfs(context, place, 'gzip');
    expect(exit).toBe(0);
    expect(text).toContain('W: ucodekit: no early microcode in this initrd');
    expect(inspectInitrd(readFileSync(place.initrd)).vendorMembers).toEqual([]);
  });

  test('the hook can be switched off', (context) => {
    const place = prepared(['UCODEKIT_INITRAMFS=no']);
    const { exit, text } = mkinitramfs(context, place, 'gzip');
    expect(exit).toBe(0);
    expect(text).not.toContain('ucodekit');
    expect(inspectInitrd(readFileSync(place.initrd)).vendorMembers).toEqual([]);
  });

  test('the post-update script splices the finished initrd', async () => {
    const { initrd, environment } = prepared();
    writeFileSync(initrd, archive(file('init', '#!/bin/sh\n')));
    const script = join(CONTRIB, 'initramfs-tools/post-update.d/ucodekit');
    for (const _ of [1, 2]) execFileSync(script, [KERNEL, initrd], { env: { ...process.env, ...environment } });
    await expectBothVendors(readFileSync(initrd), undefined);
    expect(spawnSync(script, [KERNEL, '/nonexistent']).status).toBe(0);
  });
});

describe('dracut', () => {
  function dracut(context: TestContext, { folder, initrd, environment }: Place): Said {
    const { root } = packageToRun(context, { name: 'dracut-core', components: ['main'] });
    const base = join(folder, 'dracut');
    cpSync(join(root, 'usr/lib/dracut'), base, { recursive: true });
    cpSync(join(CONTRIB, 'dracut/90ucodekit'), join(base, 'modules.d/90ucodekit'), { recursive: true });
    for (const name of ['tmp', 'none']) mkdirSync(join(folder, name));
    const fixed = [
      '--force',
      '--conf',
      '/dev/null',
      '--confdir',
      join(folder, 'none'),
      '--tmpdir',
      join(folder, 'tmp'),
    ];
    const options = [...fixed, '--no-hostonly', '--gzip', '--modules', 'base ucodekit'];
    const command = ['bash', join(root, 'usr/bin/dracut'), ...options, initrd, KERNEL];
    return inScratchSystem(context, command, { ...environment, dracutbasedir: base });
  }

  test('the module puts both vendors in front, and says what was chosen', async (context) => {
    const place = prepared();
    const { exit, text } = dracut(context, place);
    expect(exit).toBe(0);
    expect(text).toContain('2 Intel updates, 1 AMD patch');
    await expectBothVendors(readFileSync(place.initrd), 'gzip');
  });

  test('a required microcode that is missing stops dracut', (context) => {
    const place = prepared(['UCODEKIT_PATHS=/nonexistent', 'UCODEKIT_REQUIRED=yes']);
    const { exit, text } = dracut(context, place);
    expect(exit).toBe(1);
    expect(text).toContain('no early microcode in this initrd');
  });
});

describe('mkinitcpio and kernel-install, with stand-ins for the tools', () => {
  test('the install hook hands both vendor files to mkinitcpio', () => {
    const { folder, environment } = prepared();
    const script = `. "${CONTRIB}/mkinitcpio/install/ucodekit"
      add_file_early() { cp "$1" "${folder}/\${2##*/}"; echo "$2 $3"; }
      error() { echo "error: $*" >&2; }
      build >&2 && build && help`;
    const env = { ...process.env, ...environment };
    const said = execFileSync('bash', ['-c', script], { encoding: 'utf8', env, stdio: 'pipe' });
    expect(said).toContain('/kernel/x86/microcode/AuthenticAMD.bin 644\n/kernel/x86/microcode/GenuineIntel.bin 644\n');
    expect(readFileSync(join(folder, 'GenuineIntel.bin')).length).toBe(2048);
    expect(readFileSync(join(folder, 'AuthenticAMD.bin'))).toEqual(Buffer.from(amdContainer()));
  });

  test('the plugin leaves an image in the staging area', async () => {
    const { folder, environment } = prepared();
    const staging = join(folder, 'staging');
    mkdirSync(staging);
    const plugin = join(CONTRIB, 'kernel-install/40-ucodekit.install');
    const run = (verb: string, more: Readonly<Record<string, string>> = {}) =>
      spawnSync(plugin, [verb, KERNEL], {
        env: { ...process.env, ...environment, KERNEL_INSTALL_STAGING_AREA: staging, ...more },
      }).status;
    expect(run('remove')).toBe(0);
    expect(readdirSync(staging)).toEqual([]);
    expect(run('add')).toBe(0);
    await expectBothVendors(readFileSync(join(staging, 'microcode-ucodekit.img')), undefined);
    const required = prepared(['UCODEKIT_PATHS=/nonexistent', 'UCODEKIT_REQUIRED=yes']);
    expect(run('add', required.environment)).toBe(1);
  });
});

test('every script is sound to its shell', () => {
  const scripts: readonly (readonly [string, string])[] = [
    ['sh', 'initramfs-tools/hooks/ucodekit'],
    ['sh', 'initramfs-tools/post-update.d/ucodekit'],
    ['sh', 'kernel-install/40-ucodekit.install'],
    ['sh', 'ucodekit.default'],
    ['sh', 'pre-commit/verify.sh'],
    ['bash', 'github-action/verify.sh'],
    ['bash', 'dracut/90ucodekit/module-setup.sh'],
    ['bash', 'mkinitcpio/install/ucodekit'],
  ];
  for (const [shell, name] of scripts) {
    expect([name, spawnSync(shell, ['-n', join(CONTRIB, name)]).status]).toEqual([name, 0]);
  }
});
