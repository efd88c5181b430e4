/** `npm run deb`: the npm tarball and the Debian package in release/, and what an installation without a network costs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { sourceDateEpoch } from '../src/cli/environment.ts';
import { buildDeb } from './packaging/deb.ts';
import { installOffline, packTarball } from './packaging/tarball.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RELEASE = join(ROOT, 'release');

/** The date of the last commit stands for that of the build. */
const lastCommit = (): number =>
  Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }));

/** Who made the last commit builds the package. */
const lastCommitter = (): string =>
  execFileSync('git', ['log', '-1', '--format=%cn <%ce>'], { cwd: ROOT, encoding: 'utf8' }).trim();

/** DEBFULLNAME and DEBEMAIL, as Debian's own tools take them. */
const { DEBFULLNAME, DEBEMAIL } = process.env;
const builder = DEBFULLNAME !== undefined && DEBEMAIL !== undefined ? `${DEBFULLNAME} <${DEBEMAIL}>` : lastCommitter();

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const say = (path: string): void => {
  process.stdout.write(`${relative(ROOT, path)}: ${megabytes(statSync(path).size)}\n`);
};

const tarball = packTarball(RELEASE);
say(tarball);
const prefix = mkdtempSync(join(tmpdir(), 'ucodekit-prefix-'));
try {
  const { packages, bytes, seconds, installScripts } = installOffline(tarball, prefix);
  process.stdout.write(
    `installed without a network: ${packages} packages, ${megabytes(bytes)} on disk, ${seconds.toFixed(1)} s, ${installScripts.length} install scripts\n`,
  );
} finally {
  rmSync(prefix, { recursive: true, force: true });
}
say(buildDeb(tarball, RELEASE, sourceDateEpoch(process.env) ?? lastCommit(), builder));
