/** The firmware folder that a kernel would look into, where it stands by itself or in a package. */
import { Failure } from '../findings/failure.ts';
import type { Content } from '../inputs/detect.ts';
import { openInputs } from '../inputs/open.ts';
import { readFile } from '../io/read/read.ts';
import type { LoaderCpu, LoaderInput } from '../loaders/explanation.ts';
import { firmwarePath } from '../loaders/linux/linux.ts';

/** Largest firmware file that is read, bytes. */
const LIMIT = 1024 * 1024 * 1024;

/** Where the firmware folder may be in a folder: it is the firmware folder, or the root of a system. */
const ROOTS = ['', 'lib/firmware/', 'usr/lib/firmware/'];

/** The files that a kernel would ask for: below the firmware folder, in the vendor's own, or in the root of a system. */
export function folderInput(folder: string, cpus: readonly LoaderCpu[]): LoaderInput {
  const files = new Map<string, Uint8Array>();
  for (const wanted of wantedPaths(cpus)) {
    const bytes = fileIn(folder, wanted);
    if (bytes !== undefined) files.set(wanted, bytes);
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
