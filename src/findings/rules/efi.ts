import { defineRules } from '../rule.ts';

const STUB = 'systemd src/boot/stub.c and src/boot/pe.c';
const FIRMWARE = 'EDK2 MdePkg/Library/BasePeCoffLib/BasePeCoff.c';

/** EFI images that boot Linux: what the firmware and systemd-stub make of their sections. */
export const EFI_RULES = defineRules({
  'efi/not-started': {
    severity: 'error',
    title: 'the firmware refuses the image',
    says: 'the firmware does not start the image: section {name} {why}',
    advice: 'Copy the file again if it was cut off, else build it again with ukify.',
    consumers: { 'linux-early': 'no kernel runs' },
    source: `${FIRMWARE}: PeCoffLoaderGetPeHeader, PeCoffLoaderLoadImage`,
  },
  'efi/sections-overlap': {
    severity: 'error',
    title: 'sections lie over each other in memory',
    says: 'section {name} and section {other} lie over each other in memory: what the kernel gets cannot be told',
    advice: 'Build the image again with ukify, which gives each section a place of its own.',
    consumers: { 'linux-early': 'sees whatever the later section left' },
    source: `${FIRMWARE}: sections are loaded in the order of the table`,
  },
  'efi/stub-unknown': {
    severity: 'warning',
    title: 'EFI stub that was not read',
    says: '{why}: the sections are read by the rules of systemd-stub {expected}',
    advice: 'Build the image with systemd-stub, or boot it and look at the kernel log.',
    consumers: {},
    source: `${STUB}: the section .sdmagic names the version`,
  },
  'efi/ucode-ignored': {
    severity: 'error',
    title: 'the stub is too old for .ucode',
    says: 'systemd-stub {found} does not look at the section .ucode; {expected} was the first that does',
    advice: 'Build the image with a newer stub, or put the early image in front of the initrd.',
    consumers: { 'linux-early': 'the section is not part of the initrd' },
    source: `systemd NEWS 256; ${STUB} of 252 and 254`,
  },
  'efi/section-repeated': {
    severity: 'warning',
    title: 'section occurs more than once',
    says: 'section {name} occurs {found} times: {which}',
    advice: 'Join the files before the image is built; only one section of a name reaches the kernel.',
    consumers: { 'linux-early': 'sees one of them' },
    source: `${STUB}: the first row counts from 257 on, the last one in 252 to 254; 255 and 256 were not read`,
  },
  'efi/section-unset': {
    severity: 'error',
    title: 'section without a size in memory',
    says: 'section {name} has the size 0 in memory: the stub takes it for absent',
    advice: 'Add the section with ukify, which sets its size.',
    consumers: { 'linux-early': 'the section is not part of the initrd' },
    source: `${STUB}: only the size in memory is looked at`,
  },
  'efi/no-kernel': {
    severity: 'error',
    title: 'no kernel where the stub looks',
    says: 'section .linux is {why}: the stub starts no kernel',
    advice: 'Build the image again with ukify, with the kernel in front of all profiles.',
    consumers: { 'linux-early': 'no kernel runs' },
    source: `${STUB}: "Image lacks .linux section"; booted with 257`,
  },
  'efi/profile': {
    severity: 'warning',
    title: 'profile with sections of its own',
    says: 'profile {found} has its own {name}: what is said here is for the default profile',
    advice: 'Build an image of that profile alone to have it looked at.',
    consumers: { 'linux-early': 'sees the sections of the profile that is booted' },
    source: `${STUB} from 257 on: @N on the command line chooses a profile, without it the first counts`,
  },
  'efi/addon': {
    severity: 'warning',
    title: 'add-on of a unified kernel image',
    says: 'is an add-on: systemd-stub 257 and later put its .ucode before that of the kernel image it stands beside',
    advice: 'Look at the kernel image as well: what the add-on lacks is searched for there.',
    consumers: { 'linux-early': 'is searched first' },
    source: `${STUB} from 257 on: measure_and_append_ucode_addons`,
  },
  'efi/loader-off': {
    severity: 'error',
    title: "the image's command line turns the loader off",
    says: 'the section .cmdline has {found}: Linux loads no microcode',
    advice: 'Take the word out of the command line and build the image again.',
    consumers: { 'linux-early': 'does not look for microcode' },
    source: 'Linux arch/x86/kernel/cpu/microcode/core.c: check_loader_disabled_bsp, in 7.x microcode= as well',
  },
});
