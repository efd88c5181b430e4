import { defineRules } from '../rule.ts';

const EARLY = 'Linux lib/earlycpio.c find_cpio_data';
const LINUX = 'Linux arch/x86/kernel/cpu/microcode';

/** Early images and initrds: what the early loaders of Linux and Xen make of them. */
export const INITRD_RULES = defineRules({
  'initrd/no-payload': {
    severity: 'error',
    title: 'image without microcode',
    says: 'there is no microcode to put into the image',
    advice: 'Name files or folders that hold updates, or widen the selection.',
    consumers: {},
    source: `${LINUX}: an absent vendor file is passed over in silence`,
  },
  'initrd/cpus-unknown': {
    severity: 'error',
    title: 'raw patch whose CPUs are unknown',
    says: 'nothing says which CPUs patch {revision} is for',
    advice: 'Before family 17h only a container knows: name the vendor container that holds the patch.',
    consumers: {},
    source: `${LINUX}/amd.c find_equiv_id`,
  },
  'initrd/empty-payload': {
    severity: 'error',
    title: 'empty vendor file',
    says: '{path} would be empty',
    advice: 'Leave the vendor out.',
    consumers: {
      'linux-early': 'counts as absent',
      xen: 'found, then "No suitable patch"; no later module is searched',
    },
    source: `${LINUX}/core.c find_microcode_in_initrd`,
  },
  'initrd/payload-too-large': {
    severity: 'error',
    title: 'vendor file too large for a newc header',
    says: '{path} would have {found} bytes, at most {expected} fit',
    advice: 'Select fewer updates.',
    consumers: {},
    source: 'newc: the size is 8 hexadecimal digits',
  },
  'initrd/payload-not-exact': {
    severity: 'error',
    title: 'Intel payload is no exact sequence of updates',
    says: 'the bytes for {path} are not whole, undamaged updates and nothing else',
    advice: 'Leave the damaged file out or get a genuine copy.',
    consumers: {
      'linux-early': 'loads nothing from the file',
      xen: 'keeps what matched before the damage',
    },
    source: `${LINUX}/intel.c scan_microcode consumes the file exactly; measured on 6.1, 6.12 and 7.2`,
  },
  'initrd/payload-magic': {
    severity: 'error',
    title: 'AMD payload does not start with a container',
    says: '{path} would start with {found}, expected {expected}',
    advice: 'Leave README and signature files out, and pack raw patches into a container first.',
    consumers: { 'linux-early': 'loads nothing from the file', xen: 'loads nothing from the file' },
    source: `${LINUX}/amd.c load_microcode_amd`,
  },
  'initrd/layout-vendor': {
    severity: 'error',
    title: 'layout has no place for this vendor',
    says: '{path} has no place in the layout {layout}: that tool writes Intel updates only',
    advice: 'Use the layout "standard", or leave AMD out.',
    consumers: {},
    source: 'iucode_tool 2.3.1',
  },
  'initrd/not-found': {
    severity: 'warning',
    title: 'no early microcode for a vendor',
    says: '{path} is not found: {why}',
    advice: 'Put an early image in front with `ucodekit initrd splice`.',
    consumers: { 'linux-early': 'loads nothing, without a word', xen: 'loads nothing under ucode=scan' },
    source: EARLY,
  },
});
