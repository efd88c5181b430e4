import { detect } from '../inputs/detect.ts';
import { listFolder } from '../io/read.ts';
import type { LoaderCpu, LoaderInput } from '../loaders/explanation.ts';
import { barePatch, folderInput, isPackage, packageInput } from './firmware-files.ts';
import { readOneFile } from './one-file.ts';

/**
 * What a loader is given at `path`: a firmware folder, a package that holds one, or a file that is an image unless it starts like updates do.
 * @throws Failure when it cannot be read, or no loader reads such a file
 */
export async function loaderInput(
  path: string,
  cpu: LoaderCpu,
  as: 'image' | 'blob' | undefined,
): Promise<LoaderInput> {
  if (path !== '-' && listFolder(path).kind === 'entries') return folderInput(path, cpu);
  const bytes = await readOneFile(path);
  if (as !== undefined) return { kind: as, bytes };
  const content = detect(bytes);
  if (content === 'amd-patch') throw barePatch(path);
  if (path !== '-' && isPackage(path, content)) return packageInput(path, cpu);
  return { kind: content === 'intel' || content === 'amd-container' || content === 'via' ? 'blob' : 'image', bytes };
}
