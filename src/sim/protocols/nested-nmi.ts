/** The nested NMI entry as a protocol of the catalogue: its budgets are those of the faults, its machine one CPU. */
import type { Model } from '../language/model.ts';
import { nestedNmi } from '../machine/nested-nmi.ts';
import { choice, type Chosen, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';

const CHOICES = {
  tests: choice(
    'which tests of the entry code are there: was I in the repetition, is the variable set, was I on the NMI stack',
    'all',
    'none',
    'variable',
    'stack',
    'variable and stack',
  ),
} as const;

const build = ({ faults }: Setting, { tests }: Chosen<typeof CHOICES>): Model =>
  nestedNmi({ tests, nmis: faults.nmi, breakpoints: faults.breakpoint });

export const NESTED_NMI: Protocol<typeof CHOICES> = {
  id: 'nested-nmi',
  title: 'The x86-64 NMI entry on an IST stack',
  source: 'arch/x86/entry/entry_64.S, asm_exc_nmi; Rostedt, "x86: Add workaround to NMI iret woes"',
  choices: CHOICES,
  answer: null,
  outcome: null,
  build,
};
