import { defineRules } from '../rule.ts';

/** Making vendor files from updates. */
export const PACK_RULES = defineRules({
  'pack/other-vendor': {
    severity: 'error',
    title: 'microcode of another vendor',
    says: '{found} of the selected updates are for {vendor} CPUs, but a file of format {format} cannot hold them',
    advice: 'Make a file for each vendor: --vendor intel or --vendor amd selects.',
    consumers: {},
    source: 'Linux and Xen look for each vendor in a file of its own',
  },
  'pack/no-place': {
    severity: 'warning',
    title: 'update that the output cannot hold',
    says: 'the update of {date} for the VIA CPU {cpu} is left out: {output} cannot hold it',
    advice:
      'Only extract --layout raw and --layout collection keep it; --vendor intel or --vendor amd leaves it out silently.',
    consumers: {},
    source: 'neither Linux nor Xen has a microcode loader for CPUs of VIA; there is no file name for their updates',
  },
  'pack/cpus-unknown': {
    severity: 'error',
    title: 'raw patch whose CPUs are unknown',
    says: 'nothing says which CPUs patch {revision} is for',
    advice:
      'Before family 17h only a table says it: name a container that lists the patch too, or pass --map CPUID=EQUIV.',
    consumers: {},
    source: 'AMD equivalence tables; the 16-bit id of a patch is a label only before Zen',
  },
});
