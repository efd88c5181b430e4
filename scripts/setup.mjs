/**
 * Makes a fresh clone ready, then runs the rest of its command line: `node scripts/setup.mjs [--build] [-- COMMAND ...]`.
 * Plain JavaScript without dependencies, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** When the file was written, in milliseconds since 1970; 0 when there is none. */
const written = (...path) => statSync(join(root, ...path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const run = (command, args) => {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: false });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
};

// npm writes its own copy of the lock file when everything is installed.
if (written('node_modules', '.package-lock.json') < written('package-lock.json')) {
  run('npm', ['ci', '--no-audit', '--no-fund']);
}

const args = process.argv.slice(2);
if (args[0] === '--build') {
  run('npm', ['run', '--silent', 'build']);
  args.shift();
}
if (args[0] === '--') args.shift();
const [command, ...rest] = args;
if (command !== undefined) run(join(root, 'node_modules', '.bin', command), rest);
