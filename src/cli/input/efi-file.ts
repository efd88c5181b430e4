/** EFI images among the files that commands about initrds and loaders are given. */
import { Failure } from '../../findings/failure.ts';
import { detect } from '../../inputs/detect.ts';
import { type EfiImage, efiImageName, type EfiInitrd, readEfiImage } from '../../loaders/efi/image.ts';
import { isPackage } from '../firmware-files.ts';

/** An initrd as the kernel gets it, and the image that it was taken from, if it was one. */
export interface GivenInitrd {
  readonly bytes: Uint8Array;
  readonly efi: EfiInitrd | null;
}

/**
 * The initrd that a file is, or that a unified kernel image hands to its kernel.
 * @throws Failure for an EFI image that hands over none, and for a package
 */
export function givenInitrd(path: string, bytes: Uint8Array): GivenInitrd {
  const image = readEfiImage(bytes);
  if (image === undefined) {
    if (isPackage(path, detect(bytes))) throw isNoInitrd(path);
    return { bytes, efi: null };
  }
  if (image.kind === 'uki' || image.kind === 'addon') return { bytes: image.initrd, efi: image };
  throw noInitrd(path, image);
}

const isNoInitrd = (path: string): Failure =>
  new Failure({
    kind: 'input',
    code: 'input/package',
    where: path,
    message: 'is a package or a tar archive, no initrd',
    advice: 'ucodekit inspect lists the updates inside; ucodekit initrd build makes an initrd of them.',
  });

/**
 * The image, unless no loader reads microcode from it.
 * @throws Failure for an image that neither holds an initrd nor starts a hypervisor
 */
export function loadableImage(path: string, bytes: Uint8Array): EfiImage | undefined {
  const image = readEfiImage(bytes);
  const holdsNone = image?.kind === 'kernel' || image?.kind === 'other' || (image?.kind === 'xen' && !image.unified);
  if (image !== undefined && holdsNone) throw noInitrd(path, image);
  return image;
}

const noInitrd = (path: string, image: EfiImage): Failure =>
  new Failure({
    kind: 'input',
    code: 'input/efi-image',
    where: path,
    message: `is ${efiImageName(image)}, which holds no initrd`,
    advice: adviceFor(image),
  });

function adviceFor(image: EfiImage): string {
  switch (image.kind) {
    case 'xen':
      return image.unified
        ? 'ucodekit explain follows its sections, ucodekit xen check judges its configuration.'
        : 'Name the module or initrd that Xen is started with; ucodekit xen check reads its configuration.';
    case 'kernel':
      return 'Name the initrd that it is started with.';
    case 'uki':
    case 'addon':
    case 'other':
      return 'ucodekit inspect lists the updates inside; add --scan to search all of it.';
  }
}
