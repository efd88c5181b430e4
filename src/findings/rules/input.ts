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
    advice: 'Leave the file out, name its format if the bytes are microcode, or let --scan search them.',
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
  'input/not-expanded': {
    severity: 'warning',
    title: 'contents not looked at',
    says: '{what} is not expanded: {reason}',
    advice: 'Expand it with its own tool and name the result.',
    consumers: {},
    source: 'the list of formats under "Limits" in README.md',
  },
  'input/limit': {
    severity: 'error',
    title: 'limit reached',
    says: 'stopped at the limit of {limit} {unit}',
    advice: 'If the input is to be trusted, raise the limit.',
    consumers: {},
    source: 'protection against inputs that are made to use up memory or time',
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
