/**
 * Standard output and standard error, written to by descriptor: making Node's stream objects takes longer than what most commands do, and
 * a pipe is given everything before the program ends.
 */
import { isatty } from 'node:tty';
import { errnoOf } from '../io/errno.ts';
import { mayBeTerminal } from '../io/descriptor.ts';
import { writeAll } from '../io/write.ts';
import { EXIT } from './exit-codes.ts';
import { isWatched } from './terminal.ts';

const STDOUT = 1;
const STDERR = 2;

function write(fd: number, text: string): void {
  try {
    writeAll(fd, [Buffer.from(text)]);
  } catch (error) {
    if (errnoOf(error) !== 'EPIPE') throw error;
    // `ucodekit inspect ... | head`: the reader has seen enough.
    if (fd === STDOUT) process.exit(EXIT.fine);
  }
}

/** Writes to standard output. */
export function print(text: string): void {
  write(STDOUT, text);
}

/** Writes a line to standard error. */
export function tell(line: string): void {
  write(STDERR, `${line}\n`);
}

/** The cheap question first: the other one loads a module. */
const isTerminal = (fd: number): boolean => mayBeTerminal(fd) && isatty(fd);

/** Standard output as a stream where it is a terminal, undefined elsewhere. */
export const outputTerminal = (): typeof process.stdout | undefined =>
  isTerminal(STDOUT) ? process.stdout : undefined;

/** Standard error as a stream where it is a terminal that somebody looks at, undefined elsewhere. */
export function watchedTerminal(): typeof process.stderr | undefined {
  const terminal = isTerminal(STDERR) ? process.stderr : undefined;
  return isWatched(terminal, process.env) ? terminal : undefined;
}
