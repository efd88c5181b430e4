import { createHash } from 'node:crypto';
import { PATCH_HEADER } from './header.ts';
import type { AmdPatch } from './patch.ts';

/**
 * SHA-256 (lower-case hexadecimal) over the bytes of the format, with `value` in the field at offset 12 instead of what is there. The field
 * is not signed, and what stands behind the format's last byte (linux-firmware pads family 16h) is not microcode.
 */
export function amdDigestWith(value: number, { bytes, formatSize }: Pick<AmdPatch, 'bytes' | 'formatSize'>): string {
  const { offset, size } = PATCH_HEADER.fields.checksumOrMinRevision;
  const field = new Uint8Array(size);
  new DataView(field.buffer).setUint32(0, value, true);
  return createHash('sha256')
    .update(bytes.subarray(0, offset))
    .update(field.subarray(0, Math.min(size, Math.max(bytes.length - offset, 0))))
    .update(bytes.subarray(offset + size, formatSize ?? bytes.length))
    .digest('hex');
}

/**
 * What tells two patches apart by content: AMD publishes the same patch with and without a minimum revision at offset 12 (0b002151 and
 * 0b10104e), so that field counts as zero.
 */
export const amdContentId = (patch: Pick<AmdPatch, 'bytes' | 'formatSize'>): string => amdDigestWith(0, patch);
