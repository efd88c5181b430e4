import { closeSync, fdatasync, openSync } from 'node:fs';

/** Bytes after which the disk is set to work. */
const STRIDE = 64 * 1024 * 1024;

/** Has the disk write while the program still copies, so that the last fsync finds little to do: a third of the time of a large copy. */
export interface BackgroundFlush {
  /** So many bytes more have been written. */
  wrote(bytes: number): void;
  /** Nothing more will be written. */
  end(): void;
}

/** For the file at `path`, which must exist. A flush that fails is of no account: the last fsync will fail as well. */
export function backgroundFlush(path: string): BackgroundFlush {
  // A descriptor of its own: the other one may be closed, and its number given away, while a flush is still under way.
  let file: number | undefined;
  let since = 0;
  let underWay = 0;
  let ended = false;
  const closeWhenDone = (): void => {
    if (!ended || underWay > 0 || file === undefined) return;
    closeSync(file);
    file = undefined;
  };
  return {
    wrote(bytes) {
      since += bytes;
      if (since < STRIDE) return;
      since = 0;
      file ??= openSync(path, 'r+');
      underWay += 1;
      fdatasync(file, () => {
        underWay -= 1;
        closeWhenDone();
      });
    },
    end() {
      ended = true;
      closeWhenDone();
    },
  };
}
