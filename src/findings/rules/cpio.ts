import { defineRules } from '../rule.ts';

/** newc archives as such; what they mean for early microcode stands under initrd/. */
export const CPIO_RULES = defineRules({
  'cpio/truncated': {
    severity: 'error',
    title: 'archive is cut off',
    says: '{what} needs {expected} bytes, {found} are left',
    advice: 'Make the archive again.',
    consumers: { 'linux-early': 'the search ends: not found', xen: 'the search ends: not found' },
    source: 'Linux find_cpio_data',
  },
});
