import { closeSync, constants, openSync, readSync } from 'node:fs';

/** `length` bytes at `offset` of a file or device, such as a register of /dev/cpu/0/msr; undefined when they cannot be had. */
export function readAt(path: string, offset: number, length: number): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
  try {
    const bytes = new Uint8Array(length);
    return readSync(file, bytes, 0, length, offset) === length ? bytes : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
