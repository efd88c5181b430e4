/**
 * Runs the unit tests on newer Node lines than the one that runs this script: `node scripts/test-newer.mjs [VERSION ...]`. The binaries
 * come from the package registry.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One version of every later line. */
const VERSIONS = ['22.23.3', '24.21.0', '26.10.0'];
const root = resolve(import.meta.dirname, '..');

for (const version of process.argv.length > 2 ? process.argv.slice(2) : VERSIONS) {
  const folder = join(process.env.UCODEKIT_CACHE ?? join(root, '.cache'), `node-${version}`);
  const node = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    const wanted = `node-linux-${process.arch}@${version}`;
    execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', folder, wanted], { stdio: 'inherit' });
  }
  process.stdout.write(`Node ${version}\n`);
  execFileSync(node, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'], { cwd: root, stdio: 'inherit' });
}
