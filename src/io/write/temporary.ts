/** Files that stand beside a target for as long as it is written: temporary ones and locks. None outlives the run that it belongs to. */
import { readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../errno.ts';

const unfinished = new Set<string>();

/** Has the file removed if a signal ends the program now. */
export const removeIfInterrupted = (path: string): void => void unfinished.add(path);

/** The file has its place, or is gone. @returns whether it was to be removed until now */
export const forget = (path: string): boolean => unfinished.delete(path);

/** Removes what writes that have not finished leave beside their targets; for the handler of SIGINT and SIGTERM. */
export function abandonWrites(): void {
  for (const path of unfinished) removeQuietly(path);
  unfinished.clear();
}

export function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It may be gone already, and there is nothing left to do about a temporary file that cannot be removed.
  }
}

/**
 * A name beside `path`, another one for every process and write. It need not be a secret: a file that is there already is not opened. It tells
 * whose the file is.
 */
export const temporaryName = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${process.hrtime.bigint().toString(36)}.tmp`);

/** What stands between the name of the target and `.tmp`. */
const OWN = /^\.(\d+)-[0-9a-z]+$/;

/** Removes temporary files of `path` whose process has ended (killed, or the machine went down) without removing them. */
export function removeLeftovers(path: string): void {
  const [folder, start, end] = [dirname(path), `.${basename(path)}`, '.tmp'];
  for (const name of namesIn(folder)) {
    if (!name.startsWith(start) || !name.endsWith(end)) continue;
    const pid = OWN.exec(name.slice(start.length, -end.length))?.[1];
    if (pid !== undefined && hasEnded(Number(pid))) removeQuietly(join(folder, name));
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Whoever may not list a folder may still write to it.
    return [];
  }
}

/** Whether no process has this id; one of another user is there too. */
export function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}
