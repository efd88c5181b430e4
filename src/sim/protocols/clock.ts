/**
 * What counts the limit of a wait. Calibrated loops and the TSC run by themselves (wait_for_cpus() and Xen's udelay()). Jiffies are
 * advanced by timer interrupts, which nobody takes while all CPUs stand in stop_machine or in NMI handlers.
 */
import { all, and, any, cpus, hasRole, implies, or, stands, TRUE } from '../language/expressions.ts';
import type { Expr, Property } from '../language/model.ts';
import type { Move, Program } from '../language/program.ts';
import { choice } from './protocol.ts';
import type { Faults } from '../machine/faults.ts';

export const CLOCK_CHOICE = choice('mutant: what counts the limits of waits', 'loops or TSC', 'jiffies');

type Clock = (typeof CLOCK_CHOICE)['values'][number];

/** Some CPU is out of stop_machine, interrupts on. */
const runs = (clock: Clock): Expr =>
  clock === 'loops or TSC' ? TRUE : any(cpus, (one) => and(hasRole(one, 'online'), stands(one, 'task', 'done')));

/** The way out of a wait that lasts to its limit: none where limits are not reached, none while the clock stands. */
export const limit = ({ timeout }: Faults, clock: Clock, move: Move): readonly Move[] =>
  timeout === 0
    ? []
    : [{ budget: 'timeout', ...move, ...(clock === 'jiffies' ? { when: and(move.when ?? true, runs(clock)) } : {}) }];

/** P23. Only for models in which limits are reached at all. */
export function limitsAreCounted(programs: readonly Program[], clock: Clock): Property {
  const contexts = [...new Set(programs.map(({ context }) => context))];
  const labels = (context: string): readonly string[] => [
    ...new Set(
      programs
        .filter((program) => program.context === context)
        .flatMap(({ lines }) => lines.filter(({ moves }) => moves.some(({ budget }) => budget === 'timeout')))
        .map(({ label }) => label),
    ),
  ];
  const timed = contexts.filter((context) => labels(context).length > 0);
  return {
    id: 'P23',
    title: 'nobody waits, interrupts off, for a limit that only an interrupt could bring nearer',
    polarity: 'always',
    holds: all(cpus, (one) =>
      implies(or(...timed.map((context) => stands(one, context, ...labels(context)))), runs(clock)),
    ),
    matters: 'the limit that should end a wait in vain is never reached',
  };
}
