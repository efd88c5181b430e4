import { lockFile, realTarget } from '../../io/write/lock.ts';
import { printable } from '../../report/printable.ts';
import { tell } from '../terminal/streams.ts';

/** Milliseconds to wait for another run that changes the same file: longer than any splice takes. */
const PATIENCE = 60_000;

/** What a command reads and what it writes; undefined for neither. */
export interface LockedFiles {
  readonly from: string | undefined;
  /** Not set: nothing is written to a file. */
  readonly to: string | undefined;
  readonly quiet: boolean;
}

/**
 * Does the work while no other run writes to the file `to`. What is made from the file itself waits for its turn; what would replace the
 * result of another run unseen is refused.
 * @throws Failure when it is not to be had
 */
export async function whileLocked<T>({ from, to, quiet }: LockedFiles, work: () => Promise<T>): Promise<T> {
  if (to === undefined || to === '-') return work();
  const waits = from !== undefined && realTarget(from) === realTarget(to);
  const lock = await lockFile(to, {
    patience: waits ? PATIENCE : 0,
    onWait: (holder) => {
      if (!quiet) tell(printable(`${to}: waiting for ${holder}, which is writing it`));
    },
  });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
