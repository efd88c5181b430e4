import { defineRules } from '../rule.ts';

/** Configurations of boot loaders that start Xen, judged for one release of Xen. */
export const XEN_RULES = defineRules({
  'xen/unterminated-quote': {
    severity: 'error',
    title: 'a quote is never closed',
    says: 'the quote that opens here is not closed: the rest of the text is one word',
    advice: 'Close the quote.',
    consumers: { tools: 'GRUB stops reading the script here' },
    source: 'GRUB manual, section 6.1.2 (quoting)',
  },
});
