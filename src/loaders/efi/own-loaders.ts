import { ALL_LOADERS, type Loader, parseLoader } from '../by-name.ts';
import type { EfiImage } from './image.ts';

/** The loaders that answers about a file are given for. */
export interface OwnLoaders {
  /** When none is asked for. */
  readonly usual: readonly Loader[];
  /** One for every era, of those that the file can start. */
  readonly all: readonly Loader[];
}

/**
 * The release inside decides. A hypervisor says its point release only, and distributions add what later ones have: the newest of the series
 * is answered for too.
 * @param image undefined for a file that is no EFI image
 */
export function ownLoaders(image: EfiImage | undefined): OwnLoaders {
  switch (image?.kind) {
    case undefined:
      return { usual: ALL_LOADERS, all: ALL_LOADERS };
    case 'xen':
      return own('xen', [image.release, /^4\.\d+/.exec(image.release ?? '')?.[0] ?? null]);
    case 'uki':
      return own('linux', [image.kernel]);
    case 'kernel':
      return own('linux', [image.version]);
    case 'addon':
    case 'other':
      return own('linux', []);
  }
}

function own(kind: Loader['kind'], releases: readonly (string | null)[]): OwnLoaders {
  const all = ALL_LOADERS.filter((loader) => loader.kind === kind);
  const usual = releases.flatMap((release) => (release === null ? [] : (parseLoader(`${kind}-${release}`) ?? [])));
  return { usual: usual.length > 0 ? usual : all, all };
}
