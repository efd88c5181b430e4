import { type ArchiveSegment, type CpioImage, membersOf } from '../../formats/cpio/read.ts';
import { DIRECTORY, REGULAR, SYMLINK, TYPE_MASK } from '../../formats/cpio/newc.ts';
import { foldersAbove, plainPath } from '../own-members.ts';

/** A file or folder to be made below the output folder. */
export interface ExtractItem {
  readonly kind: 'file' | 'folder';
  /** Relative, without `.`, `..` or empty parts. */
  readonly path: string;
  /** Name as stored. */
  readonly name: string;
  /** Permission bits of a file. */
  readonly mode: number;
  /** A view; empty for folders. */
  readonly bytes: Uint8Array;
}

/** Why a member is not made: links and devices are never, nor is what would leave the folder or stand in another's way. */
export type SkipReason = 'link' | 'device' | 'unsafe-name' | 'in-the-way' | 'cut-off';

export interface SkippedMember {
  readonly name: string;
  readonly reason: SkipReason;
}

export interface ExtractPlan {
  readonly items: readonly ExtractItem[];
  readonly skipped: readonly SkippedMember[];
}

/** Bytes that a file name may have on Linux. */
const NAME_LIMIT = 255;
/** Folders above a file; real initrds stay below 20. Keeps the work on hostile names linear. */
const DEPTH_LIMIT = 64;

/**
 * Plans to extract the archives of an image, each into a folder `PREFIX-1`, `PREFIX-2` and so on. Pure; names never lead out of these.
 * A name that stands twice gets `#2`, so that nothing hides: early loaders take the first, the booted system shows the last.
 * @param wanted whether a member is asked for, by its name without `./` or `/` in front
 * @param before archives that have taken folders of the prefix already
 */
export function planExtract(
  bytes: Uint8Array,
  image: CpioImage,
  prefix: string,
  wanted: (name: string) => boolean = () => true,
  before = 0,
): ExtractPlan {
  const items: ExtractItem[] = [];
  const skipped: SkippedMember[] = [];
  archivesOf(image).forEach((archive, index) => {
    const taken: Taken = { files: new Map(), folders: new Set() };
    for (const member of membersOf(bytes, archive)) {
      const name = plainPath(member.name);
      if (!wanted(name) || name === '' || name === '.') continue;
      const { mode } = member.header;
      const data = bytes.subarray(member.dataOffset, member.dataOffset + member.dataSize);
      const placed = data.length < member.dataSize ? { skip: 'cut-off' as const } : placeOf(name, mode, taken);
      if ('skip' in placed) {
        skipped.push({ name: member.name, reason: placed.skip });
        continue;
      }
      const path = `${prefix}-${before + index + 1}/${placed.path}`;
      const contents = placed.kind === 'file' ? data : data.subarray(0, 0);
      items.push({ kind: placed.kind, path, name: member.name, mode: mode & 0o777, bytes: contents });
    }
  });
  return { items, skipped };
}

export const archivesOf = (image: CpioImage): ArchiveSegment[] =>
  image.segments.filter((segment): segment is ArchiveSegment => segment.kind === 'archive');

/** What an archive's folder will hold so far. */
interface Taken {
  /** How often each name came. */
  readonly files: Map<string, number>;
  readonly folders: Set<string>;
}

type Placed = { readonly kind: ExtractItem['kind']; readonly path: string } | { readonly skip: SkipReason };

function placeOf(name: string, mode: number, taken: Taken): Placed {
  const parts = name.split('/');
  const safe = parts.length <= DEPTH_LIMIT && parts.every(isSafePart);
  switch (mode & TYPE_MASK) {
    case SYMLINK:
      return { skip: 'link' };
    case REGULAR:
      return safe ? placeFile(name, taken) : { skip: 'unsafe-name' };
    case DIRECTORY:
      return safe ? placeFolder(name, taken) : { skip: 'unsafe-name' };
    default:
      return { skip: 'device' };
  }
}

const isSafePart = (part: string): boolean =>
  part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= NAME_LIMIT;

function placeFolder(name: string, { files, folders }: Taken): Placed {
  if ([...foldersAbove(name), name].some((folder) => files.has(folder))) return { skip: 'in-the-way' };
  for (const folder of [...foldersAbove(name), name]) folders.add(folder);
  return { kind: 'folder', path: name };
}

function placeFile(name: string, taken: Taken): Placed {
  const { files, folders } = taken;
  const above = foldersAbove(name);
  if (folders.has(name) || above.some((folder) => files.has(folder))) return { skip: 'in-the-way' };
  for (const folder of above) folders.add(folder);
  const count = (files.get(name) ?? 0) + 1;
  files.set(name, count);
  return count === 1 ? { kind: 'file', path: name } : placeFile(`${name}#${count}`, taken);
}
