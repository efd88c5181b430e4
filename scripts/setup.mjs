/**
 * Makes a fresh clone ready, then runs the rest of its command line: `node scripts/setup.mjs [--build] [-- COMMAND ...]`.
 * Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'node_modules', '.ucodekit-lock');

const run = (command, args) => {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: false });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
};

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  run('npm', ['ci', '--no-audit', '--no-fund']);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, lock);
}

const args = process.argv.slice(2);
if (args[0] === '--build') {
  run('npm', ['run', '--silent', 'build']);
  args.shift();
}
if (args[0] === '--') args.shift();
const [command, ...rest] = args;
if (command !== undefined) run(join(root, 'node_modules', '.bin', command), rest);
