import { defineRules } from '../rule.ts';

/** AMD containers, equivalence tables and patches. */
export const AMD_RULES = defineRules({
  'amd/truncated': {
    severity: 'error',
    title: 'container is cut off',
    says: '{what} needs {expected} bytes, {found} are left',
    advice: 'Get the whole file again.',
    consumers: {
      'linux-early': 'ends this container',
      'linux-late': 'refuses the file',
      xen: 'stops here; an earlier match stays',
    },
    source: 'Linux __verify_patch_section, Xen cpu_request_microcode',
  },
});
