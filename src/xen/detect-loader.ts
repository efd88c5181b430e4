import { type LoaderId } from './boot-loaders/boot-loader.ts';

/** What tells a configuration apart, most telling first. Each is looked for in the first 256 KiB. */
const MARKS: readonly (readonly [LoaderId, RegExp])[] = [
  ['ipxe', /^#!(?:ipxe|gpxe)/],
  ['uki', /^add \.kernel '/m],
  ['grub2', /^[ \t]*(?:menuentry|submenu|multiboot2|module2|xen_hypervisor)[ \t]/m],
  ['limine', /^[ \t]*protocol:/im],
  ['syslinux', /^[ \t]*append[ \t].*mboot|^[ \t]*(?:kernel|com32)[ \t]+\S*mboot\.c32/im],
  ['xen-cfg', /^[ \t]*kernel=/m],
  ['systemd-boot', /^[ \t]*efi[ \t]/m],
  ['grub-legacy', /^[ \t]*module(?:nounzip)?[ \t]/m],
  ['grub2', /^[ \t]*multiboot[ \t]/m],
];

/** The boot loader whose configuration `text` looks like. */
export const detectLoader = (text: string): LoaderId | undefined =>
  MARKS.find(([, mark]) => mark.test(text.slice(0, 1 << 18)))?.[0];
