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

/** The one file that a kernel would ask for: below the firmware folder, in the vendor's own, or in the root of a system. */
export function folderInput(folder: string, cpu: LoaderCpu): LoaderInput {
  const wanted = firmwarePath(cpu);
  const names = [...ROOTS.map((root) => root + wanted), wanted.slice(wanted.indexOf('/') + 1)];
  for (const name of names) {
    const result = readFile(`${folder}/${name}`, LIMIT);
    if (result.kind === 'bytes') return { kind: 'folder', files: new Map([[wanted, result.bytes]]) };
  }
  return { kind: 'folder', files: new Map() };
}

const PACKAGES: ReadonlySet<Content> = new Set(['ar', 'rpm', 'tar']);
/** By name: an initrd may be compressed too. */
const PACKED_TREE = /\.(?:tar\.\w+|t[gx]z)$/;

export const isPackage = (path: string, content: Content): boolean => PACKAGES.has(content) || PACKED_TREE.test(path);

/** The firmware folder as a package would install it; the file that the kernel asks for is looked up by its path. */
export async function packageInput(path: string, cpu: LoaderCpu): Promise<LoaderInput> {
  const wanted = firmwarePath(cpu);
  for await (const item of openInputs([path])) {
    const name = item.kind === 'blob' ? item.blob.origin.members.at(-1) : undefined;
    if (item.kind === 'blob' && name !== undefined && `/${name}`.endsWith(`/${wanted}`)) {
      return { kind: 'folder', files: new Map([[wanted, item.blob.bytes]]) };
    }
  }
  return { kind: 'folder', files: new Map() };
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
