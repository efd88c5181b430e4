/** Runs the unit tests on a newer Node line than the one that runs this script; the binary comes from the package registry. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VERSION = process.argv[2] ?? '24.21.0';
const root = resolve(import.meta.dirname, '..');
const folder = join(process.env.UCODEKIT_CACHE ?? join(root, '.cache'), `node-${VERSION}`);
const node = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
if (!existsSync(node)) {
  mkdirSync(folder, { recursive: true });
  const wanted = `node-linux-${process.arch}@${VERSION}`;
  execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', folder, wanted], { stdio: 'inherit' });
}
execFileSync(node, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'], { cwd: root, stdio: 'inherit' });
