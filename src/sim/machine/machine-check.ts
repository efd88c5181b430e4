/**
 * Machine checks as a protocol meets them: above NMIs, not masked by their blocking, taken at an instruction boundary, on the CPU's own
 * stack. A second one while MCG_STATUS.MCIP is set is a shutdown (SDM vol. 3, 16.3.1.2), at which the platform resets every CPU.
 */
import { each, flag, jump, perCpu, set } from '../language/effects.ts';
import { and, at, cpus, not } from '../language/expressions.ts';
import { IDLE, type Effect, type Field } from '../language/model.ts';
import { line, program, type EnvironmentMove, type Program } from '../language/program.ts';
import { noteDisturbance } from '../protocols/parts/ledger.ts';
import type { Faults } from './faults.ts';
import { loading } from './load.ts';
import { blocked } from './nmi.ts';
import { panic } from './panic.ts';

const CONTEXT = 'machine check';

const pending = perCpu('#MC pending', flag);
/** MCG_STATUS.MCIP: hardware sets it on delivery, the handler clears it; an OS may set it beforehand. */
export const mcip = perCpu('mcip', flag);

export const machineCheckFields = ({ mce }: Faults): readonly Field[] => (mce === 0 ? [] : [pending, mcip]);

export const machineCheckContexts = ({ mce }: Faults): readonly string[] => (mce === 0 ? [] : [CONTEXT]);

export const machineChecks = ({ mce }: Faults): readonly EnvironmentMove[] =>
  mce === 0 ? [] : [{ name: 'mce', budget: 'mce', do: [set(pending, true)] }];

/** Nothing happens to a CPU any more: no handler goes on, no NMI is taken. */
const shutdown: readonly Effect[] = [
  noteDisturbance,
  ...panic,
  each(cpus, (one) => [
    jump(one, 'nested nmi', IDLE),
    jump(one, CONTEXT, IDLE),
    set(at(pending, one), false),
    set(at(blocked, one), true),
  ]),
];

/** `panic` of `panic.ts` stands for the reset: the protocol needs its `halted` line. */
export function machineCheckPrograms({ mce }: Faults): readonly Program[] {
  if (mce === 0) return [];
  const taken = and(pending, not(loading));
  return [
    program(CONTEXT, 'every', [
      line(
        IDLE,
        { when: and(taken, not(mcip)), do: [set(pending, false), set(mcip, true)], goto: '#MC handler' },
        { when: and(taken, mcip), do: shutdown, goto: IDLE, note: 'SHUTDOWN' },
      ),
      // Its IRET ends the blocking of NMIs, like any other.
      line('#MC handler', { do: [set(mcip, false), set(blocked, false)], goto: IDLE, cost: 'nmi handler' }),
    ]),
  ];
}
