/** A Debian package made from the npm tarball with dpkg-deb; the same tarball and date give the same bytes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { NOTICE_END } from '../third-party.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CONTRIB = join(ROOT, 'contrib');
const PROGRAM = 'usr/lib/ucodekit';
const DOC = 'usr/share/doc/ucodekit';
const POLICIES = join(ROOT, 'fixtures/policies');

/** Files of contrib/ that are installed; all of it is among the examples. The hook of initramfs-tools waits for the switch in /etc/default. */
const FROM_CONTRIB: Readonly<Record<string, string>> = {
  'usr/share/initramfs-tools/hooks/ucodekit': 'initramfs-tools/hooks/ucodekit',
  'usr/lib/dracut/modules.d/90ucodekit/module-setup.sh': 'dracut/90ucodekit/module-setup.sh',
  'etc/default/ucodekit': 'ucodekit.default',
};

/** Cached code that runs as root have left beside the bundles belongs to no package. */
const PRERM = `#!/bin/sh
set -e
rm -f "$DPKG_ROOT"/${PROGRAM}/dist/start/*.v8*
`;

/** What package.json says about the project. */
interface About {
  readonly version: string;
  /** `Name <address>`. */
  readonly author?: string;
  readonly homepage?: string;
  readonly repository?: { readonly type: string; readonly url: string };
}

const aboutOf = (folder: string): About => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as About;

/** Paths below `folder`, folders before what is in them; links are not followed. */
const below = (folder: string, prefix = ''): string[] =>
  readdirSync(join(folder, prefix), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(prefix, entry.name);
      return entry.isDirectory() ? [path, ...below(folder, path)] : [path];
    });

const isFile = (path: string): boolean => lstatSync(path).isFile();

const isScript = (path: string): boolean => readFileSync(path).subarray(0, 2).toString() === '#!';

const gzip = (text: string | Buffer): Buffer => execFileSync('gzip', ['-9n'], { input: text });

/**
 * Writes `ucodekit_VERSION-1_all.deb` into `folder`, dated `epoch` (seconds since 1970) throughout. `builder`, as `Name <address>`, is its
 * maintainer unless the author in package.json has an address. @returns its path
 * @throws Error when dpkg-deb, tar or gzip is missing or fails
 */
export function buildDeb(tarball: string, folder: string, epoch: number, builder: string): string {
  const work = mkdtempSync(join(tmpdir(), 'ucodekit-deb-'));
  try {
    const tree = join(work, 'tree');
    const put = (path: string, content: string | Buffer): void => {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), content);
    };
    mkdirSync(join(tree, 'usr/lib'), { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', work]);
    renameSync(join(work, 'package'), join(tree, PROGRAM));
    const about = aboutOf(join(tree, PROGRAM));
    const version = `${about.version}-1`;
    const maintainer = about.author?.includes('<') === true ? about.author : builder;

    put(`${DOC}/copyright`, copyright(join(tree, PROGRAM)));
    put(`${DOC}/changelog.gz`, gzip(readFileSync(join(ROOT, 'CHANGELOG.md'))));
    put(`${DOC}/changelog.Debian.gz`, gzip(debianChangelog(version, maintainer, epoch)));
    trim(join(tree, PROGRAM));
    moveShare(tree);
    mkdirSync(join(tree, 'usr/bin'));
    symlinkSync('../lib/ucodekit/bin/run.js', join(tree, 'usr/bin/ucodekit'));
    cpSync(CONTRIB, join(tree, DOC, 'examples/contrib'), { recursive: true });
    cpSync(POLICIES, join(tree, DOC, 'examples/policies'), { recursive: true });
    for (const [path, source] of Object.entries(FROM_CONTRIB)) put(path, readFileSync(join(CONTRIB, source)));
    put('etc/default/ucodekit', switchedOff(readFileSync(join(CONTRIB, 'ucodekit.default'), 'utf8')));

    const files = below(tree).filter((path) => isFile(join(tree, path)));
    const size = files.reduce((sum, path) => sum + statSync(join(tree, path)).size, 0);
    put('DEBIAN/control', control(version, maintainer, about, Math.ceil(size / 1024)));
    put('DEBIAN/conffiles', '/etc/default/ucodekit\n');
    put('DEBIAN/prerm', PRERM);
    put(
      'DEBIAN/md5sums',
      files
        .filter((path) => !path.startsWith('etc/'))
        .map((path) => md5Line(tree, path))
        .join(''),
    );

    settle(tree, epoch);
    mkdirSync(folder, { recursive: true });
    const deb = join(folder, `ucodekit_${version}_all.deb`);
    const args = ['--build', '--root-owner-group', '--threads-max=1', '-Zxz', tree, deb];
    execFileSync('dpkg-deb', args, { env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) }, stdio: 'pipe' });
    return deb;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const control = (version: string, maintainer: string, about: About, kibibytes: number): string => `Package: ucodekit
Version: ${version}
Section: admin
Priority: optional
Architecture: all
Maintainer: ${maintainer}
${whereabouts(about)}Installed-Size: ${kibibytes}
Depends: nodejs (>= 20.19)
Suggests: amd64-microcode, initramfs-tools | dracut, intel-microcode, xz-utils
Description: x86 microcode: inspect, verify, put into initrds and Xen entries
 Reads microcode updates of Intel, AMD and VIA from files, packages, initrds
 and firmware images; judges and compares collections of them; builds early
 initrds for both vendors; writes and checks boot entries for Xen; says which
 update Linux and Xen would load; simulates and model-checks late loading.
`;

/** Fields about the project's own places, as far as package.json names them. */
function whereabouts({ homepage, repository }: About): string {
  const source = repository?.url.replace(/^git\+/, '');
  return [
    ...(homepage === undefined ? [] : [`Homepage: ${homepage}\n`]),
    ...(source === undefined ? [] : [`Vcs-Git: ${source}\n`, `Vcs-Browser: ${source.replace(/\.git$/, '')}\n`]),
  ].join('');
}

const debianChangelog = (
  version: string,
  maintainer: string,
  epoch: number,
): string => `ucodekit (${version}) unstable; urgency=medium

  * Made from the npm package of the same version; changelog.gz says what is
    new in it.

 -- ${maintainer}  ${new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')}
`;

const APACHE = '\n\nApache License, Version 2.0: /usr/share/common-licenses/Apache-2.0\n';

/** Our licence, then those of what is in the bundles. */
function copyright(root: string): string {
  const ours = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  const bundled = readFileSync(join(root, 'dist', 'THIRD-PARTY.txt'), 'utf8')
    .split(NOTICE_END)
    // Debian has the long licences once (Policy 12.5).
    .map((text) => text.replace(/\s*Apache License\s+Version 2\.0, January 2004[^]*/, APACHE));
  return [`ucodekit\n\n${ours}\n`, ...bundled].join(NOTICE_END);
}

/** Takes out what the folder of documents has, and type declarations, with the folders that hold nothing else. */
function trim(root: string): void {
  for (const path of ['LICENSE', 'README.md', 'dist/THIRD-PARTY.txt', 'contrib', 'fixtures'])
    rmSync(join(root, path), { recursive: true });
  for (const path of below(root).reverse()) {
    const full = join(root, path);
    if (path.endsWith('.d.ts')) rmSync(full);
    else if (lstatSync(full).isDirectory() && readdirSync(full).length === 0) rmdirSync(full);
  }
}

/** The build's share/ is laid out as /usr/share; manual pages are compressed there. A link keeps it in reach of the program. */
function moveShare(tree: string): void {
  const share = join(tree, PROGRAM, 'share');
  for (const path of below(join(share, 'man')).filter((name) => name.endsWith('.1'))) {
    const page = join(share, 'man', path);
    writeFileSync(`${page}.gz`, gzip(readFileSync(page)));
    rmSync(page);
  }
  cpSync(share, join(tree, 'usr/share'), { recursive: true });
  rmSync(share, { recursive: true });
  symlinkSync('../../share', share);
}

/** The hook takes the place of the vendors' own images: an administrator switches it on. */
function switchedOff(defaults: string): string {
  const off = defaults.replace(/^#UCODEKIT_INITRAMFS=yes$/m, 'UCODEKIT_INITRAMFS=no');
  if (off === defaults) throw new Error('contrib/ucodekit.default has no line #UCODEKIT_INITRAMFS=yes');
  return off;
}

const md5Line = (tree: string, path: string): string =>
  `${createHash('md5')
    .update(readFileSync(join(tree, path)))
    .digest('hex')}  ${path}\n`;

/** One mode for programs and folders, one for data, one date for all: the inner ones first, because that touches the outer ones. */
function settle(tree: string, epoch: number): void {
  for (const path of below(tree).reverse()) {
    const full = join(tree, path);
    const stat = lstatSync(full);
    if (!stat.isSymbolicLink()) chmodSync(full, stat.isDirectory() || isScript(full) ? 0o755 : 0o644);
    lutimesSync(full, epoch, epoch);
  }
  chmodSync(tree, 0o755);
  lutimesSync(tree, epoch, epoch);
}
