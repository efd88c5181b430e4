import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

export const RUN = resolve(import.meta.dirname, '..', '..', 'bin', 'run.js');

export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Octal umask of the run. */
  readonly umask?: string;
  /** The program to run instead of the project's own. */
  readonly program?: string;
}

/** Runs the built program as a user would. */
export function ucodekit(args: readonly string[], options: RunOptions = {}): Ran {
  const command =
    options.umask === undefined
      ? [process.execPath, options.program ?? RUN, ...args]
      : ['sh', '-c', `umask ${options.umask}; exec "$@"`, 'sh', process.execPath, options.program ?? RUN, ...args];
  const [program = '', ...rest] = command;
  const done = spawnSync(program, rest, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  return { exit: done.status, stdout: done.stdout, stderr: done.stderr };
}
