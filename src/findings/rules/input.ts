import { defineRules } from '../rule.ts';

/** Inputs as a whole: what could not be opened or recognised. */
export const INPUT_RULES = defineRules({
  'input/unreadable': {
    severity: 'error',
    title: 'input cannot be read',
    says: 'cannot be read: {reason}',
    advice: 'Check the path and its permissions.',
    consumers: {},
    source: 'POSIX errno of open(2), read(2) or readdir(3)',
  },
  'input/unknown-format': {
    severity: 'error',
    title: 'input is no known format',
    says: 'is neither microcode nor a container of it (starts with {found})',
    advice: 'Leave the file out, or name its format if the bytes are microcode.',
    consumers: {},
    source: 'magic numbers of the formats this program reads',
  },
  'input/empty': {
    severity: 'warning',
    title: 'input is empty',
    says: 'holds no bytes',
    advice: 'Leave the file out or fetch it again.',
    consumers: { 'linux-early': 'an empty vendor file counts as none' },
    source: 'Linux find_microcode_in_initrd: data and size are both required',
  },
  'input/skipped': {
    severity: 'note',
    title: 'file passed over',
    says: 'passed over: {reason}',
    advice: 'Nothing to do; name the file on the command line to have it read all the same.',
    consumers: {},
    source: 'README, licence and detached signature files travel beside microcode',
  },
  'input/more-findings': {
    severity: 'note',
    title: 'more findings of one rule',
    says: '{count} more findings of {rule} are left out',
    advice: 'Fix those that are shown and look again.',
    consumers: {},
    source: 'bound on the memory that a hostile input can take',
  },
});
