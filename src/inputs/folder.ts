import { join } from 'node:path';
import { type Finding, finding } from '../findings/finding.ts';
import { listFolder } from '../io/read/read.ts';
import { CAVEATS, isMicrocodePlace, namesMicrocode } from './microcode-file.ts';

/** Files next to microcode in packages and checkouts that are not microcode. */
const BESIDE: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\./, 'a hidden file'],
  [/^README/i, 'documentation'],
  [/^(?:LICEN[CS]E|COPYING)/i, 'a licence'],
  [/\.asc$/i, 'a detached signature'],
];

export type FolderItem =
  /** `telling`: its name or its place says that it is microcode. */
  | { readonly kind: 'file'; readonly path: string; readonly telling: boolean }
  /** `usual`: it belongs beside microcode, so that nobody need hear of it. */
  | { readonly kind: 'other'; readonly path: string; readonly reason: string; readonly usual: boolean }
  | { readonly kind: 'finding'; readonly path: string; readonly finding: Finding };

export interface FolderOptions {
  /** Enter subfolders. */
  readonly recursive: boolean;
  /** Leave out folders of updates that need care, with a finding. */
  readonly withoutCaveats: boolean;
}

const other = (path: string, reason: string, usual = false): FolderItem => ({ kind: 'other', path, reason, usual });

/**
 * The files to read in the folder at `path`, in byte order of their names, a subfolder's in its place. Links to files are files;
 * links to folders are not entered, since they may lead round in circles.
 */
export function* folderItems(path: string, options: FolderOptions): Generator<FolderItem> {
  const listed = listFolder(path);
  if (listed.kind === 'failure') {
    yield { kind: 'finding', path, finding: finding('input/unreadable', { offset: 0 }, { reason: listed.reason }) };
    return;
  }
  const place = isMicrocodePlace(path);
  // As join() puts it in front of a name, which it would do at some cost for each of thousands of files.
  const front = join(path, 'x').slice(0, -1);
  for (const { name, kind } of listed.entries) {
    const inside = front + name;
    const beside = BESIDE.find(([pattern]) => pattern.test(name));
    if (beside !== undefined) yield other(inside, beside[1], true);
    else if (kind === 'other') yield other(inside, 'a device, pipe or socket');
    else if (kind !== 'folder') yield { kind: 'file', path: inside, telling: place || namesMicrocode(name) };
    else if (!options.recursive) yield other(inside, 'a folder');
    else if (options.withoutCaveats && CAVEATS.test(name)) {
      yield { kind: 'finding', path: inside, finding: finding('input/caveats', { offset: 0 }, {}) };
    } else yield* folderItems(inside, options);
  }
}
