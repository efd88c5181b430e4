/** The firmware folder that a kernel would look into, where it stands by itself or in a package. */
import { Failure } from '../findings/failure.ts';
import type { Content } from '../inputs/detect.ts';
import { firmwareName } from '../inputs/firmware-name.ts';
import { type FolderContents, folderContents, type FolderFileKind } from '../inputs/folder-contents.ts';
import { openInputs } from '../inputs/open.ts';
import { listFolder, readFile } from '../io/read/read.ts';
import type { LoaderCpu, LoaderInput } from '../loaders/explanation.ts';
import { firmwarePath } from '../loaders/linux/linux.ts';
import { plural } from '../report/printable.ts';

/** Largest firmware file that is read, bytes. */
const LIMIT = 1024 * 1024 * 1024;

/** Where the firmware folder may be in a folder: it is the firmware folder, or the root of a system. */
const ROOTS = ['', 'lib/firmware/', 'usr/lib/firmware/'];

/**
 * The files that a kernel would ask for: below the firmware folder, in the vendor's own, or in the root of a system.
 * @throws Failure for a folder that is none of these and holds what other commands, or other paths, are for
 */
export function folderInput(folder: string, cpus: readonly LoaderCpu[]): LoaderInput {
  const files = new Map<string, Uint8Array>();
  for (const wanted of wantedPaths(cpus)) {
    const bytes = fileIn(folder, wanted);
    if (bytes !== undefined) files.set(wanted, bytes);
  }
  if (files.size === 0 && !isFirmwareFolder(folder)) {
    const failure = otherFolder(folder, folderContents(folder));
    if (failure !== undefined) throw failure;
  }
  return { kind: 'folder', files };
}

const wantedPaths = (cpus: readonly LoaderCpu[]): ReadonlySet<string> => new Set(cpus.map(firmwarePath));

function fileIn(folder: string, wanted: string): Uint8Array | undefined {
  const names = [...ROOTS.map((root) => root + wanted), wanted.slice(wanted.indexOf('/') + 1)];
  for (const name of names) {
    const result = readFile(`${folder}/${name}`, LIMIT);
    if (result.kind === 'bytes') return result.bytes;
  }
  return undefined;
}

/** A folder of a vendor's firmware files is there, or the folder is one. */
function isFirmwareFolder(folder: string): boolean {
  const isFolder = (name: string): boolean => listFolder(`${folder}/${name}`).kind === 'entries';
  if (ROOTS.some((root) => isFolder(`${root}amd-ucode`) || isFolder(`${root}intel-ucode`))) return true;
  const listed = listFolder(folder);
  const names = listed.kind === 'entries' ? listed.entries.map(({ name }) => firmwareName(name).kind) : [];
  return names.some((kind) => kind === 'intel' || kind === 'amd');
}

/** The kinds of files that call for another path or command, the most telling first. */
const OTHERS: readonly (readonly [kind: FolderFileKind, noun: string, advice: (folder: string) => string])[] = [
  ['initrd', 'initrd', (folder) => `; ucodekit initrd inspect ${folder} looks at all of them.`],
  ['updates', 'update file', (folder) => `; ucodekit extract ${folder} -o FOLDER makes a firmware folder of them.`],
  ['efi', 'EFI image', () => '.'],
  ['package', 'package', () => '.'],
];

/** What the folder holds instead of firmware files; undefined when it holds nothing to ask about. */
function otherFolder(folder: string, { counts, first }: FolderContents): Failure | undefined {
  const there = OTHERS.filter(([kind]) => counts[kind] > 0);
  const [most] = there;
  if (most === undefined) return undefined;
  const [kind, , advice] = most;
  const parts = there.map(([one, name]) => plural(counts[one], name));
  if (counts.other > 0) parts.push(plural(counts.other, 'other file'));
  return new Failure({
    kind: 'input',
    code: 'explain/no-firmware-folder',
    where: folder,
    message: `holds ${inWords(parts)}, but no intel-ucode or amd-ucode, where a kernel looks for firmware files`,
    advice: `Name a file, for example ${first[kind] ?? ''}${advice(folder)}`,
  });
}

const inWords = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter((part) => part !== '').join(' and ');

const PACKAGES: ReadonlySet<Content> = new Set(['ar', 'rpm', 'tar']);
/** By name: an initrd may be compressed too. */
const PACKED_TREE = /\.(?:tar\.\w+|t[gx]z)$/;

export const isPackage = (path: string, content: Content): boolean => PACKAGES.has(content) || PACKED_TREE.test(path);

/** The firmware folder as a package would install it; the files that the kernel asks for are looked up by their paths. */
export async function packageInput(path: string, cpus: readonly LoaderCpu[]): Promise<LoaderInput> {
  const wanted = wantedPaths(cpus);
  const files = new Map<string, Uint8Array>();
  for await (const item of openInputs([path])) {
    const name = item.kind === 'blob' ? item.blob.origin.members.at(-1) : undefined;
    if (item.kind !== 'blob' || name === undefined) continue;
    const asked = [...wanted].find((one) => !files.has(one) && `/${name}`.endsWith(`/${one}`));
    if (asked !== undefined) files.set(asked, item.blob.bytes);
    if (files.size === wanted.size) break;
  }
  return { kind: 'folder', files };
}

/** Why there is nothing to explain about a bare patch. */
export const barePatch = (path: string): Failure =>
  new Failure({
    kind: 'input',
    code: 'explain/bare-patch',
    where: path,
    message: 'is an AMD patch without a container, which no loader reads',
    advice: 'Put it into one, and ask about that: ucodekit pack --as amd PATCH -o microcode.bin',
  });
