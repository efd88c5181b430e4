import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { intelUpdate } from '../../fixtures/intel.ts';
import { buildDeb } from '../../scripts/packaging/deb.ts';
import { packTarball } from '../../scripts/packaging/tarball.ts';
import { program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { onThisNode } from '../support/this-node.ts';
import { ucodekit } from '../support/ucodekit.ts';

const EPOCH = 1_700_000_000;
const BUILDER = 'Some Builder <some.builder@example.org>';

describe('the Debian package', () => {
  let tarball: string;
  let packed: string;
  beforeAll(() => {
    packed = mkdtempSync(join(tmpdir(), 'ucodekit-test-'));
    tarball = packTarball(packed);
    return () => rmSync(packed, { recursive: true });
  });

  test('has the same bytes when it is built again', (context) => {
    program(context, 'dpkg-deb');
    const [one, two] = [1, 2].map(() => readFileSync(buildDeb(tarball, temporaryFolder(), EPOCH, BUILDER)));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
    const later = readFileSync(buildDeb(tarball, temporaryFolder(), EPOCH + 1, BUILDER));
    expect(one?.equals(later)).toBe(false);
  });

  test('says whose it is by package.json, and names its builder where that has no address', (context) => {
    program(context, 'dpkg-deb');
    const folder = temporaryFolder();
    const fields = (path: string, ...names: string[]): string =>
      execFileSync('dpkg-deb', ['-f', path, ...names], { encoding: 'utf8' });
    const deb = buildDeb(tarball, folder, EPOCH, BUILDER);
    expect(fields(deb, 'Maintainer')).toBe(`${BUILDER}\n`);
    expect(fields(deb)).not.toMatch(/invalid|Homepage|Vcs/);

    execFileSync('tar', ['-xzf', tarball, '-C', folder]);
    const about = join(folder, 'package/package.json');
    const more = {
      author: 'The Project <project@example.org>',
      homepage: 'https://example.org/ucodekit',
      repository: { type: 'git', url: 'git+https://example.org/ucodekit.git' },
    };
    writeFileSync(about, JSON.stringify({ ...(JSON.parse(readFileSync(about, 'utf8')) as object), ...more }));
    const other = join(folder, 'other.tgz');
    execFileSync('tar', ['-czf', other, '-C', folder, 'package']);
    expect(fields(buildDeb(other, folder, EPOCH, BUILDER), 'Maintainer', 'Homepage', 'Vcs-Git', 'Vcs-Browser')).toBe(
      [
        'Maintainer: The Project <project@example.org>',
        'Homepage: https://example.org/ucodekit',
        'Vcs-Git: https://example.org/ucodekit.git',
        'Vcs-Browser: https://example.org/ucodekit',
        '',
      ].join('\n'),
    );
  });

  test('has no errors in the eyes of lintian, which sees one that is made', (context) => {
    const lintian = program(context, 'lintian');
    const folder = temporaryFolder();
    const judge = (deb: string) =>
      spawnSync(lintian, ['--no-cfg', '--fail-on', 'error', deb], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      });
    const deb = buildDeb(tarball, folder, EPOCH, BUILDER);
    const sound = judge(deb);
    expect({ errors: sound.stdout.match(/^E:.*/gm), status: sound.status }).toEqual({ errors: null, status: 0 });

    const tree = join(folder, 'tree');
    execFileSync('dpkg-deb', ['-R', deb, tree]);
    rmSync(join(tree, 'usr/share/doc/ucodekit/copyright'));
    const broken = join(folder, 'broken_1_all.deb');
    execFileSync('dpkg-deb', ['-b', '--root-owner-group', tree, broken], { stdio: 'pipe' });
    expect(judge(broken).stdout).toContain('E: ucodekit: no-copyright-file');
  });

  test('installs into a root of its own, works there, and leaves nothing behind', (context) => {
    const dpkg = program(context, 'dpkg');
    const folder = temporaryFolder();
    const deb = buildDeb(tarball, folder, EPOCH, BUILDER);
    const root = join(folder, 'root');
    for (const name of ['info', 'updates', 'triggers'])
      mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
    writeFileSync(join(root, 'var/lib/dpkg/status'), '');
    const options = [
      `--root=${root}`,
      '--force-not-root',
      '--force-depends',
      '--force-script-chrootless',
      '--log=/dev/null',
    ];
    const run = (...args: string[]): void => {
      execFileSync(dpkg, [...options, ...args], { stdio: 'pipe' });
    };
    run('--install', deb);

    writeFileSync(join(folder, '06-9a-04'), intelUpdate());
    const installed = join(root, 'usr/bin/ucodekit');
    for (const args of [['inspect', '06-9a-04'], ['show', '06-9a-04'], ['--help'], ['completion', 'bash']]) {
      const said = execFileSync(installed, args, { cwd: folder, env: onThisNode(), encoding: 'utf8' });
      expect(said).toBe(ucodekit(args, { cwd: folder }).stdout);
    }
    const shipped = [
      'usr/share/man/man1/ucodekit.1.gz',
      'usr/share/man/man1/ucodekit-initrd-build.1.gz',
      'usr/share/bash-completion/completions/ucodekit',
      'usr/share/fish/vendor_completions.d/ucodekit.fish',
      'usr/share/zsh/vendor-completions/_ucodekit',
      'usr/share/initramfs-tools/hooks/ucodekit',
      'usr/lib/dracut/modules.d/90ucodekit/module-setup.sh',
      'usr/share/doc/ucodekit/copyright',
      'usr/share/doc/ucodekit/examples/contrib/mkinitcpio/post/ucodekit',
      'usr/share/doc/ucodekit/examples/contrib/grub/ucodekit.cfg',
      'usr/share/doc/ucodekit/examples/policies/fleet.json',
      'usr/share/doc/ucodekit/changelog.Debian.gz',
    ];
    expect(shipped.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(readFileSync(join(root, 'etc/default/ucodekit'), 'utf8')).toMatch(/^UCODEKIT_INITRAMFS=no$/m);
    // gzip -n: no name and no time in the head.
    expect([...readFileSync(join(root, shipped[0] ?? '')).subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);

    run('--purge', 'ucodekit');
    expect(
      readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('ucodekit')),
    ).toEqual([]);
  });
});
