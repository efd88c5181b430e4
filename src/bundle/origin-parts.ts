/** The parts of the path to an update. */
import type { Origin } from '../inputs/origin.ts';

/** Last part of the path of the innermost member. */
export function baseName({ path, members }: Origin): string {
  const name = members.at(-1) ?? path;
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Everything before the last part: files with the same one lie in one folder. */
export function folderOf({ path, members }: Origin): string {
  const whole = [path, ...members].join('!');
  return whole.slice(0, Math.max(0, whole.length - baseName({ path, members, offset: 0 }).length));
}

/** The whole file, without the offset of what was found in it. */
export const fileKey = ({ path, members }: Origin): string => [path, ...members].join('!');
