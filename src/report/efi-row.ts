/** What a report says of the EFI image that an initrd or a module was taken from. */
import { type EfiImage, efiImageName, type InitrdPart } from '../loaders/efi/image.ts';

export interface EfiRow {
  readonly kind: EfiImage['kind'];
  /** What it is, as a sentence says it. */
  readonly what: string;
  /** Release of the kernel or hypervisor inside; null when the image does not say it. */
  readonly release: string | null;
  /** Version of systemd-stub; null for images without it, or when the stub does not say it. */
  readonly stub: string | null;
  /** Sections that the initrd consists of: byte offset in the image, bytes, byte offset in the initrd. */
  readonly parts: readonly InitrdPart[];
}

export function efiRow(image: EfiImage): EfiRow {
  const { kind } = image;
  const row = { kind, what: efiImageName(image), release: null, stub: null, parts: [] };
  switch (image.kind) {
    case 'uki':
    case 'addon':
      return { ...row, release: image.kernel, stub: image.stub?.name ?? null, parts: image.parts };
    case 'xen':
      return { ...row, release: image.release };
    case 'kernel':
      return { ...row, release: image.version };
    case 'other':
      return row;
  }
}

/** Lines that say what the image is and which of its sections are read. */
export function efiLines({ what, parts }: EfiRow): string {
  const initrd = parts.map(
    ({ section, offset, size, at }) =>
      `  ${section} (${size} bytes at ${offset} of the file) is at ${at} of the initrd\n`,
  );
  return `${what}\n${initrd.join('')}`;
}
