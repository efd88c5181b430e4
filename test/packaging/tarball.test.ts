import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../../fixtures/intel.ts';
import { tarballOnPage, withFigures } from '../../scripts/packaging/figures.ts';
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

  test('is as large as docs/adopt.md says, which a script writes', () => {
    const path = join(EXAMPLES, '../docs/adopt.md');
    const page = readFileSync(path, 'utf8');
    const ratio = statSync(packTarball(temporaryFolder())).size / tarballOnPage(page);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    const figures = { tarball: 2.5e6, packages: 1, installed: 9e6, deb: 1e6, unpacked: 7e6 };
    const other = withFigures(page, figures);
    expect(tarballOnPage(other)).toBe(2.5e6);
    expect(other).toContain('| npm | 2.5 MB | 9.0 MB in 1 package |\n| Debian | 1.0 MB | 7.0 MB |\n');
    expect(() => withFigures('no place', figures)).toThrow('the page has no place for figures');
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
