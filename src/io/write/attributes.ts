/** What belongs to a file beside its bytes: owner, mode, extended attributes, access lists, security labels. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, type Stats } from 'node:fs';
import { errnoOf } from '../errno.ts';

/** Whether everything could be carried over, or mode and owner only: Node knows no extended attributes. */
export type CarriedAttributes = 'all' | 'mode-and-owner';

/**
 * Gives the file `to` the attributes of the file `from`, through GNU cp where there is one.
 * @throws an error of the file system when not even mode and owner can be set
 */
export function carryAttributes(from: string, stats: Stats, to: string): CarriedAttributes {
  try {
    execFileSync('cp', ['--attributes-only', '--preserve=all', '--', from, to], { stdio: 'ignore' });
    return 'all';
  } catch (error) {
    // No cp, or one that lacks these options (busybox).
    setOwner(to, stats);
    chmodSync(to, stats.mode & 0o7777);
    if (error instanceof Error) return 'mode-and-owner';
    throw error;
  }
}

function setOwner(path: string, { uid, gid }: Stats): void {
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    // Only root may give files away; whoever may write here without being root gets a file of his own, as with any editor.
    if (errnoOf(error) !== 'EPERM') throw error;
  }
}
