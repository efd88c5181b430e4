/** Non-maskable interrupts as a protocol meets them: one latch, blocked from delivery to the next IRET (SDM vol. 3, 6.7.1). */
import { flag, perCpu, set } from '../language/effects.ts';
import { and, me, not, stands, at, type Operand } from '../language/expressions.ts';
import { IDLE, type Effect, type Ref } from '../language/model.ts';
import { line, program, type EnvironmentMove, type Line, type Move, type Program } from '../language/program.ts';
import type { Faults } from './faults.ts';
import { loading } from './load.ts';

/** One deep: an NMI that arrives while another waits merges with it. */
export const latch = perCpu('nmi latch', flag);
export const blocked = perCpu('nmi blocked', flag);
/** An unrelated NMI has arrived whose cause no ordinary handler has looked for yet. */
export const owed = perCpu('nmi owed', flag);

export const NMI_FIELDS = [latch, blocked, owed];

/** An ICR write returns before delivery: how much later the NMI is taken is open. */
export const sendNmi = (to: Ref): Effect => set(at(latch, to), true);
export const selfNmi: Effect = sendNmi(me);

/** Delivery at an instruction boundary. The load WRMSR has none inside: it is atomic with respect to NMIs. */
const deliverable: Operand = and(latch, not(blocked), not(loading));

const taken = (goto: string, cost: string): Line =>
  line(IDLE, { when: deliverable, do: [set(latch, false), set(blocked, true)], goto, cost });

/** The line at which an NMI is taken: the frame is pushed and further NMIs are blocked. */
export const nmiEntry = (goto: string): Line => taken(goto, 'nmi delivery');

/** The same on a CPU that is parked in a deep MWAIT and has to wake first. */
export const nmiEntryParked = (goto: string): Line => taken(goto, 'nmi out of mwait');

/** What every kernel does with an NMI that is not the loader's, and the return from it. */
export const ordinaryHandler = (...more: readonly Effect[]): Line =>
  line('ordinary handler', { do: [set(owed, false), ...more], cost: 'nmi handler' });

export const iret: Line = line('iret', { do: [set(blocked, false)], goto: IDLE, cost: 'nmi exit' });

/** Unrelated NMIs: the environment raises them on any CPU at any time. */
export const unrelatedNmi = (faults: Faults): readonly EnvironmentMove[] =>
  faults.nmi === 0 ? [] : [{ name: 'nmi', budget: 'nmi', do: [set(latch, true), set(owed, true)] }];

/** A breakpoint at a spin line of a handler: the exception's own IRET ends the blocking, the handler goes on. */
export const breakpoint = (label: string, faults: Faults): readonly Move[] =>
  faults.breakpoint === 0 ? [] : [{ when: blocked, budget: 'breakpoint', do: [set(blocked, false)], goto: label }];

/** An IRET of something else inside an NMI handler ends its blocking: that of a breakpoint, that of a machine check. */
const losesBlocking = ({ breakpoint, mce }: Faults): boolean => breakpoint !== 0 || mce !== 0;

/** An NMI on top of a handler that has lost its blocking: entry code, the ordinary handler, IRET. */
export const nestedNmi = (faults: Faults): readonly Program[] =>
  !losesBlocking(faults)
    ? []
    : [
        program('nested nmi', 'every', [
          line(IDLE, {
            when: and(deliverable, not(stands(me, 'nmi', IDLE))),
            do: [set(latch, false), set(blocked, true)],
            goto: 'nested handler',
          }),
          line('nested handler', { do: [set(owed, false), set(blocked, false)], goto: IDLE }),
        ]),
      ];

export const nmiContexts = (faults: Faults): readonly string[] =>
  losesBlocking(faults) ? ['task', 'nmi', 'nested nmi'] : ['task', 'nmi'];
