import { defineRules } from '../../rule.ts';

const IUCODE = 'iucode_tool 2.3.1, measured';

/** Intel's text form of microcode. */
export const DAT_RULES = defineRules({
  'dat/syntax': {
    severity: 'error',
    title: 'text is not microcode data',
    says: 'line {line}: {found}, expected {expected}',
    advice: 'Correct the line; nothing of the file is used, since the words after it would be shifted.',
    consumers: { tools: 'iucode_tool refuses the file' },
    source: IUCODE,
  },
  'dat/too-short': {
    severity: 'error',
    title: 'text ends early',
    says: 'line {line}: the text ends after {found} words, expected at least {expected}',
    advice: 'Get the whole file again; the smallest update has 1024 bytes.',
    consumers: { tools: 'iucode_tool refuses the file' },
    source: IUCODE,
  },
});
