import type { CpioImage } from '../../formats/cpio/read.ts';
import { EARLY_LOADERS, type EarlyLookup } from './early-loaders.ts';

const ENDS = {
  'end-of-data': 'no regular file of that name in the uncompressed part',
  'hex-digit': 'the search ends at bytes that are not a newc header',
  magic: 'the search ends at bytes that are not a newc header',
  'beyond-the-end': 'the search ends at a member that is cut off',
} as const;

/** Why a loader finds no microcode in the image; null when it finds some. */
export function whyNot({ consumer, verdict, lookup }: EarlyLookup, image: CpioImage): string | null {
  switch (verdict) {
    case 'found':
      return null;
    case 'never-searches':
      return 'these releases never search an initrd';
    case 'too-large': {
      const limit = EARLY_LOADERS.find(({ id }) => id === consumer)?.sizeLimit ?? 0;
      return `the file is larger than ${limit / 1024 / 1024} MiB`;
    }
    case 'empty':
      return 'the file is empty';
    case 'not-found':
      return lookup === null ? null : whyAbsent(lookup, image, consumer === 'xen-4.4-exact');
  }
}

function whyAbsent(lookup: NonNullable<EarlyLookup['lookup']>, image: CpioImage, exact: boolean): string {
  if (lookup.found) return 'the file is empty';
  const at = image.segments.find(({ start, end }) => start <= lookup.offset && lookup.offset < end);
  if (at?.kind === 'compressed') return `the search ends at data compressed with ${at.compression.name}`;
  return exact && lookup.reason === 'end-of-data'
    ? 'no regular file of exactly that name; NULs after it count'
    : ENDS[lookup.reason];
}
