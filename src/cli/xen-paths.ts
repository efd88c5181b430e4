import { relative, resolve } from 'node:path';

/** Where a file of this machine stands below `root`, as an absolute path there; a file outside is taken for one in its top folder. */
export function pathBelow(root: string, path: string): string {
  const below = relative(resolve(root), resolve(path));
  return below.startsWith('..') ? `/${below.slice(below.lastIndexOf('/') + 1)}` : `/${below}`;
}
