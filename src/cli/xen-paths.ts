import { join, relative, resolve } from 'node:path';

/** Where a file of this machine stands below `root`, as an absolute path there; a file outside is taken for one in its top folder. */
export function pathBelow(root: string, path: string): string {
  const below = relative(resolve(root), resolve(path));
  return below.startsWith('..') ? `/${below.slice(below.lastIndexOf('/') + 1)}` : `/${below}`;
}

/** The file of this machine that a path below `root` means; without a root the path itself, also a relative one. */
export const fileBelow = (root: string, path: string): string => (root === '/' ? path : join(root, path));
