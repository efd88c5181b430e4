import { type BootLoader, type LoaderId } from './boot-loader.ts';
import { GRUB2 } from './grub/grub2.ts';
import { GRUB_LEGACY } from './grub/legacy.ts';
import { IPXE } from './ipxe.ts';
import { LIMINE } from './limine.ts';
import { SYSLINUX } from './syslinux.ts';
import { SYSTEMD_BOOT } from './systemd-boot.ts';
import { UKI } from './uki.ts';
import { XEN_CFG } from './xen-cfg.ts';

/** Every boot loader that starts Xen, by the name of `--boot-loader`. */
export const BOOT_LOADERS: Readonly<Record<LoaderId, BootLoader>> = {
  grub2: GRUB2,
  'grub-legacy': GRUB_LEGACY,
  syslinux: SYSLINUX,
  ipxe: IPXE,
  limine: LIMINE,
  'xen-cfg': XEN_CFG,
  'systemd-boot': SYSTEMD_BOOT,
  uki: UKI,
};
