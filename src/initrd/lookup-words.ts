import type { CpioImage } from '../formats/cpio/read.ts';
import { EARLY_CONSUMERS, type EarlyLookup } from './early-consumers.ts';

const ENDS = {
  'end-of-data': 'no regular file of that name in the uncompressed part',
  'hex-digit': 'the search ends at bytes that are no newc header',
  magic: 'the search ends at bytes that are no newc header',
  'beyond-the-end': 'the search ends at a member that is cut off',
} as const;

/** Why a loader gets no microcode from the image; null when it does. */
export function whyNot({ consumer, verdict, lookup }: EarlyLookup, image: CpioImage): string | null {
  switch (verdict) {
    case 'found':
      return null;
    case 'never-searches':
      return 'these releases never search an initrd';
    case 'too-large': {
      const limit = EARLY_CONSUMERS.find(({ id }) => id === consumer)?.sizeLimit ?? 0;
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
    ? 'no regular file of just that name; NULs behind it count'
    : ENDS[lookup.reason];
}
