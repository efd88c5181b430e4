/** The npm package as one file that brings along everything it needs, so that it installs without a network. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Writes the tarball of the package at `root`, which is built, into `folder`. @returns its path */
export function packTarball(folder: string, root: string = ROOT): string {
  mkdirSync(folder, { recursive: true });
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const name = execFileSync('npm', args, { cwd: root, encoding: 'utf8' }).trim();
  return join(folder, name);
}

export interface Installation {
  /** The installed package. */
  readonly root: string;
  readonly program: string;
  /** Packages on disk, the program among them. */
  readonly packages: number;
  /** Sum of file sizes. */
  readonly bytes: number;
  readonly seconds: number;
  /** Scripts that packages wanted to run when they were installed. */
  readonly installScripts: readonly string[];
}

/**
 * Installs the tarball into `prefix`, which must be new, with nothing in npm's cache and without asking a registry.
 * @throws Error when something is missing from it
 */
export function installOffline(tarball: string, prefix: string): Installation {
  const cache = join(prefix, 'empty-cache');
  const started = performance.now();
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  const args = ['install', '--global', '--offline', ...quiet, '--prefix', prefix, '--cache', cache, tarball];
  execFileSync('npm', args, { cwd: '/', stdio: 'pipe' });
  const seconds = (performance.now() - started) / 1000;
  const root = join(prefix, 'lib', 'node_modules', 'ucodekit');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const packages = files.filter((name) => /^(?:.*node_modules\/(?:@[^/]+\/)?[^/]+\/)?package\.json$/.test(name));
  return {
    root,
    program: join(prefix, 'bin', 'ucodekit'),
    packages: packages.length,
    bytes: files.reduce((sum, name) => sum + sizeOf(join(root, name)), 0),
    seconds,
    installScripts: packages.flatMap((name) => scriptsOf(join(root, name))),
  };
}

function sizeOf(path: string): number {
  const stat = lstatSync(path);
  return stat.isFile() ? stat.size : 0;
}

/** What npm would run: it knows these names, and compiles where a binding.gyp lies. */
function scriptsOf(path: string): string[] {
  const { name, scripts = {} } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly name: string;
    readonly scripts?: Readonly<Record<string, string>>;
  };
  const wanted = ['preinstall', 'install', 'postinstall'].filter((script) => script in scripts);
  const gyp = existsSync(join(path, '..', 'binding.gyp')) ? ['binding.gyp'] : [];
  return [...wanted, ...gyp].map((script) => `${name}: ${script}`);
}
