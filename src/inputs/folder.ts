import { join } from 'node:path';
import { type Finding, finding } from '../findings/finding.ts';
import { listFolder } from '../io/read.ts';

/** What stands beside microcode in packages and checkouts without being microcode. */
const BESIDE: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\./, 'a hidden file'],
  [/^README/i, 'documentation'],
  [/^(?:LICEN[CS]E|COPYING)/i, 'a licence'],
  [/\.asc$/i, 'a detached signature'],
];

export type FolderItem =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'finding'; readonly path: string; readonly finding: Finding };

const passedOver = (path: string, reason: string): FolderItem => ({
  kind: 'finding',
  path,
  finding: finding('input/skipped', { offset: 0 }, { reason }),
});

/**
 * The files to read in the folder at `path`, in byte order of their names, a subfolder's in its place. Links to files are files;
 * links to folders are not entered, since they may lead round in circles.
 */
export function* folderItems(path: string, recursive: boolean): Generator<FolderItem> {
  const listed = listFolder(path);
  if (listed.kind === 'failure') {
    yield { kind: 'finding', path, finding: finding('input/unreadable', { offset: 0 }, { reason: listed.reason }) };
    return;
  }
  for (const { name, kind } of listed.entries) {
    const inside = join(path, name);
    const beside = BESIDE.find(([pattern]) => pattern.test(name));
    if (beside !== undefined) yield passedOver(inside, beside[1]);
    else if (kind === 'other') yield passedOver(inside, 'a device, pipe or socket');
    else if (kind !== 'folder') yield { kind: 'file', path: inside };
    else if (recursive) yield* folderItems(inside, recursive);
    else yield passedOver(inside, 'a folder; --recursive enters it');
  }
}
