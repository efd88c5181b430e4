import { defineRules } from '../rule.ts';

/** Writing updates as files of their own. */
export const EXTRACT_RULES = defineRules({
  'extract/name-clash': {
    severity: 'error',
    title: 'two contents for one name',
    says: 'revision {revision} differs from another update that would also be named {path}',
    advice: 'Use --layout raw, whose names tell contents apart, or select one of the updates.',
    consumers: {},
    source:
      'names made of signature, platforms and revision do not cover what AMD leaves unsigned and what vendors republish',
  },
  'extract/no-member': {
    severity: 'error',
    title: 'no such member',
    says: 'no member is called {member}, nor is any in a folder of that name',
    advice: '"initrd inspect -v" lists the members; --deep looks into the compressed part too.',
    consumers: {},
    source: 'a name that matches nothing is a mistake of the caller',
  },
  'extract/no-files': {
    severity: 'error',
    title: 'nothing to extract',
    says: 'no uncompressed archive with files is in it',
    advice: 'Use --deep, which expands the compressed part too.',
    consumers: {},
    source: 'an empty output folder would pass for the contents of the initrd',
  },
  'extract/renamed': {
    severity: 'note',
    title: 'name with a checksum at its end',
    says: 'revision {revision} is named {path}: other bytes have the usual name',
    advice: 'Nothing to do.',
    consumers: {},
    source: 'naming of MC Extractor, which adds the Adler-32 to the second of two alike',
  },
});
