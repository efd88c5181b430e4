import { detect } from '../inputs/detect.ts';
import { listFolder, readFile } from '../io/read.ts';
import type { LoaderCpu, LoaderInput } from '../loaders/explanation.ts';
import { firmwarePath } from '../loaders/linux.ts';
import { readOneFile } from './one-file.ts';

/** Largest firmware file that is read, bytes. */
const LIMIT = 1024 * 1024 * 1024;

/** What a loader is given at `path`: a firmware folder, or a file that is an image unless it starts like updates do. */
export async function loaderInput(
  path: string,
  cpu: LoaderCpu,
  as: 'image' | 'blob' | undefined,
): Promise<LoaderInput> {
  if (path !== '-' && listFolder(path).kind === 'entries') return { kind: 'folder', files: firmwareFiles(path, cpu) };
  const bytes = await readOneFile(path);
  const content = detect(bytes);
  const kind = as ?? (content === 'intel' || content === 'amd-container' || content === 'via' ? 'blob' : 'image');
  return { kind, bytes };
}

/** The one file that a kernel would ask for, below `/lib/firmware` or in the vendor's own folder. */
function firmwareFiles(folder: string, cpu: LoaderCpu): ReadonlyMap<string, Uint8Array> {
  const wanted = firmwarePath(cpu);
  for (const path of [`${folder}/${wanted}`, `${folder}/${wanted.slice(wanted.indexOf('/') + 1)}`]) {
    const result = readFile(path, LIMIT);
    if (result.kind === 'bytes') return new Map([[wanted, result.bytes]]);
  }
  return new Map();
}
