/**
 * `npm run deb`: the npm tarball and the Debian package in release/, and what an installation without a network costs. With `-- --docs`
 * the figures are written into docs/adopt.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { sourceDateEpoch } from '../src/cli/input/environment.ts';
import { buildDeb } from './packaging/deb.ts';
import { megabytes, withFigures } from './packaging/figures.ts';
import { installOffline, packTarball } from './packaging/tarball.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RELEASE = join(ROOT, 'release');
const PAGE = join(ROOT, 'docs/adopt.md');

/** The date of the last commit stands for that of the build. */
const lastCommit = (): number =>
  Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }));

/** Who made the last commit builds the package. */
const lastCommitter = (): string =>
  execFileSync('git', ['log', '-1', '--format=%cn <%ce>'], { cwd: ROOT, encoding: 'utf8' }).trim();

/** DEBFULLNAME and DEBEMAIL, as Debian's own tools take them. */
const { DEBFULLNAME, DEBEMAIL } = process.env;
const builder = DEBFULLNAME !== undefined && DEBEMAIL !== undefined ? `${DEBFULLNAME} <${DEBEMAIL}>` : lastCommitter();

const sizeOf = (path: string): number => statSync(path).size;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const tarball = packTarball(RELEASE);
say(`${relative(ROOT, tarball)}: ${megabytes(sizeOf(tarball))}`);
const prefix = mkdtempSync(join(tmpdir(), 'ucodekit-prefix-'));
try {
  const { packages, bytes, seconds, installScripts } = installOffline(tarball, prefix);
  say(
    `installed without a network: ${packages} packages, ${megabytes(bytes)} on disk, ${seconds.toFixed(1)} s, ${installScripts.length} install scripts`,
  );
  const deb = buildDeb(tarball, RELEASE, sourceDateEpoch(process.env) ?? lastCommit(), builder);
  const unpacked = 1024 * Number(execFileSync('dpkg-deb', ['-f', deb, 'Installed-Size'], { encoding: 'utf8' }));
  say(`${relative(ROOT, deb)}: ${megabytes(sizeOf(deb))}, ${megabytes(unpacked)} installed`);
  if (process.argv.includes('--docs')) {
    const figures = { tarball: sizeOf(tarball), packages, installed: bytes, deb: sizeOf(deb), unpacked };
    writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), figures));
  }
} finally {
  rmSync(prefix, { recursive: true, force: true });
}
