/**
 * Standard output and standard error, written to by descriptor: making Node's stream objects takes longer than what most commands do, and
 * a pipe is given everything before the program ends.
 */
import { isatty } from 'node:tty';
import { Failure } from '../../findings/failure.ts';
import { errnoOf, errnoWords } from '../../io/errno.ts';
import { mayBeTerminal } from '../../io/write/descriptor.ts';
import { writeAll } from '../../io/write/atomic.ts';
import { EXIT } from '../exit-codes.ts';
import { isWatched } from './terminal.ts';

const STDOUT = 1;
const STDERR = 2;

/**
 * Writes to standard output. A reader that has seen enough (`ucodekit inspect ... | head`) ends the program.
 * @throws Failure of kind `output` when it cannot be written to, or the one that making the chunks throws
 */
export function printBytes(chunks: Iterable<Uint8Array>): void {
  try {
    writeAll(STDOUT, chunks);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (errnoOf(error) === 'EPIPE') process.exit(EXIT.fine);
    const message = `cannot be written: ${errnoWords(error)}`;
    const advice = 'Make room, or send it somewhere else.';
    throw new Failure({ kind: 'output', code: 'output/unwritable', where: 'standard output', message, advice });
  }
}

/** The same for text. */
export function print(text: string): void {
  printBytes([Buffer.from(text)]);
}

/** Writes a line to standard error; there is nowhere to say that it cannot be written to. */
export function tell(line: string): void {
  try {
    writeAll(STDERR, [Buffer.from(`${line}\n`)]);
  } catch {
    // The exit code says the rest.
  }
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
