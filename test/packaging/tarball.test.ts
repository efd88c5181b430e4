import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../../fixtures/intel.ts';
import { installOffline, packTarball } from '../../scripts/packaging/tarball.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { onThisNode } from '../support/this-node.ts';
import { ucodekit } from '../support/ucodekit.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');

/** A tarball of a package that has only this package.json. */
function tarballOf(folder: string, about: object): string {
  const root = join(folder, 'source');
  mkdirSync(root);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'ucodekit', version: '1.0.0', ...about }));
  return packTarball(folder, root);
}

describe('the npm tarball', () => {
  test('installs into an empty prefix without a network, and everything works there', () => {
    const folder = temporaryFolder();
    const prefix = join(folder, 'prefix');
    const { program, packages, installScripts } = installOffline(packTarball(folder), prefix);
    expect(packages).toBe(1);
    expect(installScripts).toEqual([]);

    writeFileSync(join(folder, '06-9a-04'), intelUpdate());
    const run = (...args: string[]): string =>
      execFileSync(program, args, { cwd: folder, env: onThisNode(), encoding: 'utf8' });
    expect(run('inspect', '06-9a-04')).toBe(ucodekit(['inspect', '06-9a-04'], { cwd: folder }).stdout);
    expect(run('show', '06-9a-04')).toBe(ucodekit(['show', '06-9a-04'], { cwd: folder }).stdout);
    expect(run('--help')).toBe(ucodekit(['--help']).stdout);
    expect(run('completion', 'fish')).toBe(ucodekit(['completion', 'fish']).stdout);
    // An archive goes through what is loaded late.
    execFileSync('tar', ['-cf', 'some.tar', '06-9a-04'], { cwd: folder });
    expect(run('inspect', 'some.tar')).toContain('0x000906a4');

    for (const shipped of ['contrib/dracut/90ucodekit/module-setup.sh', 'fixtures/policies/fleet.json'])
      expect(existsSync(join(prefix, 'lib/node_modules/ucodekit', shipped))).toBe(true);
    const page = 'share/man/man1/ucodekit-initrd-build.1';
    expect(existsSync(join(prefix, page))).toBe(true);
    // The examples find the library where it is installed.
    cpSync(EXAMPLES, join(prefix, 'lib/examples'), { recursive: true });
    const example = (name: string, ...args: string[]): string =>
      execFileSync(process.execPath, [join(prefix, 'lib/examples', name), ...args], { cwd: folder, encoding: 'utf8' });
    expect(example('build-image.mjs', 'early.img', '06-9a-04')).toMatch(/^early.img: \d+ bytes, 1 updates\n$/);
    expect(example('what-loads.mjs', 'early.img', 'linux-6.12')).toBe(
      'nothing: no update is newer than the running 0x00000400\n',
    );
    expect(example('gate.mjs', '06-9a-04')).toBe('');
    expect(example('check-protocol.mjs', 'xen')).toContain('P7 holds: no deadlock');
  });

  test('one that does not bring what it needs is caught', () => {
    const folder = temporaryFolder();
    const tarball = tarballOf(folder, { dependencies: { fzstd: '0.1.1' } });
    expect(() => installOffline(tarball, join(folder, 'prefix'))).toThrow('ENOTCACHED');
  });

  test('one that runs something when it is installed is caught', () => {
    const folder = temporaryFolder();
    const tarball = tarballOf(folder, { scripts: { postinstall: 'true' } });
    expect(installOffline(tarball, join(folder, 'prefix')).installScripts).toEqual(['ucodekit: postinstall']);
  });
});
