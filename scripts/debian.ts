/**
 * Fetches Debian packages without touching the machine's own apt set-up: a private sources list, derived from the system's,
 * in a cache folder of ours. Nothing is installed; a package is downloaded once and unpacked beside it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where downloads are kept: `UCODEKIT_CACHE`, else `.cache` in the project. */
export const cacheFolder = (): string =>
  resolve(process.env['UCODEKIT_CACHE'] ?? join(import.meta.dirname, '..', '.cache'));

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

export interface PackageRequest {
  readonly name: string;
  /** Exact version; without it the newest that the suites hold. */
  readonly version?: string;
  /** Suites to look in; without it the ones the system itself uses. */
  readonly suites?: readonly string[];
  readonly components?: readonly string[];
  /**
   * Unpack only members that match one of these patterns of tar (`./boot/*`); without it everything. A package is unpacked once, so all
   * requests for it should agree.
   */
  readonly only?: readonly string[];
}

/** A package that has been fetched. */
export interface FetchedPackage {
  /** The `.deb` file. */
  readonly deb: string;
  /** Folder with the unpacked file tree. */
  readonly root: string;
  /** Where its firmware is: below /usr since trixie, whose packages know no /lib. */
  readonly firmware: string;
}

/** Why a package cannot be had on this machine. */
export class Unavailable extends Error {}

interface Source {
  readonly uri: string;
  readonly suite: string;
}

const run = (command: string, args: readonly string[], cwd?: string): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });

const errorText = (error: unknown): string => {
  const stderr: unknown = typeof error === 'object' && error !== null && 'stderr' in error ? error.stderr : undefined;
  return typeof stderr === 'string' && stderr !== '' ? stderr.trim() : String(error);
};

/** The Debian archives the system's own apt knows. */
function systemSources(): Source[] {
  let listing: string;
  try {
    listing = run('apt-get', [
      'indextargets',
      '--format',
      '$(REPO_URI)|$(RELEASE)|$(COMPONENT)',
      'Created-By: Packages',
    ]);
  } catch (error) {
    throw new Unavailable(`apt-get cannot list its sources: ${errorText(error)}`);
  }
  const sources = new Map<string, Source>();
  for (const line of listing.split('\n')) {
    const [uri = '', suite = '', component = ''] = line.split('|');
    if (component !== 'main' || !/\/debian(-security)?\/?$/.test(uri)) continue;
    sources.set(`${uri} ${suite}`, { uri, suite });
  }
  if (sources.size === 0) throw new Unavailable('apt has no Debian archive among its sources');
  return [...sources.values()].sort((a, b) => (a.suite < b.suite ? -1 : 1));
}

/** apt options that make it work on a private list only; the list is downloaded on first use. */
function privateApt(suites: readonly string[] | undefined, components: readonly string[]): string[] {
  const folder = join(cacheFolder(), 'apt', [...(suites ?? ['system']), ...components].join('_'));
  const options = [
    `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
    `Dir::Etc::sourceparts=${join(folder, 'parts')}`,
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  if (existsSync(join(folder, 'complete'))) return options;
  for (const part of ['parts', 'lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, part), { recursive: true });
  const known = systemSources();
  const main = known.find(({ uri }) => !uri.includes('security')) ?? known[0];
  const security = known.find(({ uri }) => uri.includes('security'));
  const archiveOf = (suite: string) => (suite.endsWith('-security') ? security : main)?.uri ?? '';
  const wanted = suites === undefined ? known : suites.map((suite) => ({ suite, uri: archiveOf(suite) }));
  const signedBy = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  const lines = wanted.map(({ uri, suite }) => `deb ${signedBy}${uri} ${suite} ${components.join(' ')}\n`);
  writeFileSync(join(folder, 'sources.list'), lines.join(''));
  try {
    run('apt-get', [...options, 'update']);
  } catch (error) {
    throw new Unavailable(`apt-get update failed: ${errorText(error)}`);
  }
  writeFileSync(join(folder, 'complete'), '');
  return options;
}

/** Unpacks a `.deb`; a kernel's modules are 400 MB that a reader of its image has no use for, hence `only`. */
function unpack(deb: string, root: string, only: readonly string[] | undefined): void {
  if (only === undefined) {
    run('dpkg-deb', ['-x', deb, root]);
    return;
  }
  mkdirSync(root, { recursive: true });
  const tar = join(root, '..', 'data.tar');
  run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" > "$2"', 'sh', deb, tar]);
  run('tar', ['-x', '-f', tar, '-C', root, '--wildcards', ...only]);
  rmSync(tar);
}

/**
 * The first package that `request` depends on and whose name matches: a meta package such as `linux-image-amd64` names
 * the current kernel that way.
 * @throws Unavailable when apt does not know the package or no dependency matches.
 */
export function dependencyOf(request: PackageRequest, name: RegExp): string {
  const options = privateApt(request.suites, request.components ?? ['non-free-firmware']);
  const listing = run('apt-cache', [...options, 'depends', '--no-recommends', '--no-suggests', request.name]);
  const found = [...listing.matchAll(/Depends: (\S+)/g)].map(([, dependency]) => dependency ?? '');
  const wanted = found.find((dependency) => name.test(dependency));
  if (wanted === undefined) throw new Unavailable(`${request.name} depends on no package like ${name.source}`);
  return wanted;
}

/**
 * The package, from the cache or the archive.
 * @throws Unavailable when this machine has no apt, no network or no such package.
 */
export function fetchPackage(request: PackageRequest): FetchedPackage {
  const label = [request.name, request.version, ...(request.suites ?? [])]
    .filter((part) => part !== undefined)
    .join('_');
  const folder = join(cacheFolder(), 'packages', label.replaceAll(/[^\w.+~-]/g, '-'));
  if (!existsSync(folder)) {
    const options = privateApt(request.suites, request.components ?? ['non-free-firmware']);
    mkdirSync(join(cacheFolder(), 'packages'), { recursive: true });
    const work = mkdtempSync(join(cacheFolder(), 'packages', '.new-'));
    try {
      const which = request.version === undefined ? request.name : `${request.name}=${request.version}`;
      run('apt-get', [...options, 'download', which], work);
      const deb = readdirSync(work).find((name) => name.endsWith('.deb'));
      if (deb === undefined) throw new Unavailable(`${which}: apt-get downloaded nothing`);
      unpack(join(work, deb), join(work, 'root'), request.only);
      renameSync(work, folder);
    } catch (error) {
      rmSync(work, { recursive: true, force: true });
      // Another process may have fetched it meanwhile; a rename onto a full folder fails.
      if (!existsSync(folder)) throw error instanceof Unavailable ? error : new Unavailable(errorText(error));
    }
  }
  const deb = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (deb === undefined) throw new Unavailable(`${folder} holds no .deb; delete it and try again`);
  const root = join(folder, 'root');
  const merged = join(root, 'usr/lib/firmware');
  return { deb: join(folder, deb), root, firmware: existsSync(merged) ? merged : join(root, 'lib/firmware') };
}
