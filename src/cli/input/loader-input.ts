import { type Finding } from '../../findings/finding.ts';
import { detect } from '../../inputs/detect.ts';
import { listFolder } from '../../io/read/read.ts';
import type { LoaderCpu, LoaderInput } from '../../loaders/explanation.ts';
import { ownLoaders, type OwnLoaders } from '../../loaders/efi/own-loaders.ts';
import type { LoaderView } from '../../loaders/efi/view.ts';
import type { Loader } from '../../loaders/by-name.ts';
import { type EfiRow, efiRow } from '../../report/efi-row.ts';
import { loadableImage } from './efi-file.ts';
import { barePatch, folderInput, isPackage, packageInput } from '../firmware-files.ts';
import { readOneFile } from './one-file.ts';

/** A file or folder that loaders are followed through. */
export interface GivenFile {
  readonly kind: LoaderInput['kind'] | 'efi';
  readonly efi: EfiRow | null;
  readonly loaders: OwnLoaders;
  /** What every loader reads alike; undefined for an EFI image. */
  readonly whole: LoaderInput | undefined;
  readonly findings: readonly Finding[];
  /** What a loader reads of it. */
  readonly viewOf: (loader: Loader, cpu: LoaderCpu) => LoaderView;
}

/**
 * What loaders are given at `path`: a firmware folder, a package that holds one, an EFI image, or a file that is an initrd unless it starts like
 * updates do.
 * @throws Failure when it cannot be read, or no loader reads such a file
 */
export async function loaderInput(
  path: string,
  cpus: readonly LoaderCpu[],
  as: 'image' | 'blob' | undefined,
): Promise<GivenFile> {
  if (path !== '-' && listFolder(path).kind === 'entries') return plain(folderInput(path, cpus));
  const bytes = await readOneFile(path);
  if (as !== undefined) return plain({ kind: as, bytes });
  const image = loadableImage(path, bytes);
  if (image !== undefined) {
    // What Xen makes of its sections is much code, which no other file needs.
    const { efiView } = await import('../../xen/check/efi-view.ts');
    return {
      kind: 'efi',
      efi: efiRow(image),
      loaders: ownLoaders(image),
      whole: undefined,
      findings: 'findings' in image ? image.findings : [],
      viewOf: (loader, cpu) => efiView(image, bytes, loader, cpu),
    };
  }
  const content = detect(bytes);
  if (content === 'amd-patch') throw barePatch(path);
  if (path !== '-' && isPackage(path, content)) return plain(await packageInput(path, cpus));
  const isBlob = content === 'intel' || content === 'amd-container' || content === 'via';
  return plain({ kind: isBlob ? 'blob' : 'image', bytes });
}

const plain = (input: LoaderInput): GivenFile => ({
  kind: input.kind,
  efi: null,
  loaders: ownLoaders(undefined),
  whole: input,
  findings: [],
  viewOf: () => ({ input, parts: [], digestCheck: true }),
});
