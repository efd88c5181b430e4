/**
 * Standard output and standard error, written to by descriptor: making Node's stream objects takes longer than what most commands do, and
 * a pipe is given everything before the program ends.
 */
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { errnoOf } from '../io/errno.ts';
import { writeAll } from '../io/write.ts';
import { EXIT } from './exit-codes.ts';

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

/** Of /dev/null and its like (Linux, Documentation/admin-guide/devices.txt). */
const MEMORY_DEVICES = 1;

/** Whether the descriptor is a terminal; looking at its kind first spares a module where it cannot be. */
function isTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && stat.rdev >> 8 !== MEMORY_DEVICES && isatty(fd);
  } catch {
    return false;
  }
}

/** Standard output as a stream where it is a terminal, undefined elsewhere. */
export const outputTerminal = (): typeof process.stdout | undefined =>
  isTerminal(STDOUT) ? process.stdout : undefined;

/** Standard error as a stream where it is a terminal, undefined elsewhere. */
export const errorTerminal = (): typeof process.stderr | undefined => (isTerminal(STDERR) ? process.stderr : undefined);
