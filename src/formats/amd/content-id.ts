import { createHash } from 'node:crypto';
import { PATCH_HEADER } from './header.ts';
import type { AmdPatch } from './patch.ts';

/**
 * What tells two patches apart by content: SHA-256 (lower-case hexadecimal) over the bytes of the format with the field at offset 12 zeroed. AMD
 * publishes the same patch with and without a minimum revision in that field, which is not signed (0b002151 and 0b10104e), and
 * linux-firmware pads family 16h; neither makes different microcode.
 */
export function amdContentId({ bytes, formatSize }: Pick<AmdPatch, 'bytes' | 'formatSize'>): string {
  const { offset, size } = PATCH_HEADER.fields.checksumOrMinRevision;
  return createHash('sha256')
    .update(bytes.subarray(0, offset))
    .update(new Uint8Array(Math.min(size, Math.max(bytes.length - offset, 0))))
    .update(bytes.subarray(offset + size, formatSize ?? bytes.length))
    .digest('hex');
}
