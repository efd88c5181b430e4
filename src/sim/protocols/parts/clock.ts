/**
 * What counts the limit of a wait. Calibrated loops and the TSC run by themselves (wait_for_cpus() and Xen's udelay()). Jiffies are
 * advanced by timer interrupts, which nobody takes while all CPUs stand in stop_machine or in NMI handlers.
 */
import { all, and, any, cpus, hasRole, implies, or, stands } from '../../language/expressions.ts';
import type { Expr, Property } from '../../language/model.ts';
import type { Move, Program } from '../../language/program.ts';
import { choice } from '../protocol.ts';
import type { Faults } from '../../machine/faults.ts';

/** The waits of a protocol by their labels: each may have a clock of its own. */
export const clockChoice = <const L extends string>(...waits: readonly L[]) =>
  choice<Clock | `jiffies at ${L}`>(
    'mutant: what counts the limits of waits, all of them or one',
    'loops or TSC',
    'jiffies',
    ...waits.map((label) => `jiffies at ${label}` as const),
  );

type Clock = 'loops or TSC' | 'jiffies';

const inJiffies = (clock: string, label: string): boolean => clock === 'jiffies' || clock === `jiffies at ${label}`;

/** Some CPU is out of stop_machine, interrupts on. */
const somebodyRuns: Expr = any(cpus, (one) => and(hasRole(one, 'online'), stands(one, 'task', 'done')));

/** The way out of the wait at `label` when it lasts to its limit: none where limits are not reached, none while its clock stands. */
export const limit = ({ timeout }: Faults, clock: string, label: string, move: Move): readonly Move[] =>
  timeout === 0
    ? []
    : [
        {
          budget: 'timeout',
          ...move,
          ...(inJiffies(clock, label) ? { when: and(move.when ?? true, somebodyRuns) } : {}),
        },
      ];

/** P23. Only for models in which limits are reached at all. */
export function limitsAreCounted(programs: readonly Program[], clock: string): Property {
  const contexts = [...new Set(programs.map(({ context }) => context))];
  const labels = (context: string): readonly string[] => [
    ...new Set(
      programs
        .filter((program) => program.context === context)
        .flatMap(({ lines }) => lines.filter(({ moves }) => moves.some(({ budget }) => budget === 'timeout')))
        .map(({ label }) => label),
    ),
  ];
  const standing = contexts.flatMap((context) => {
    const slow = labels(context).filter((label) => inJiffies(clock, label));
    return slow.length === 0 ? [] : [{ context, slow }];
  });
  return {
    id: 'P23',
    title: 'nobody waits, interrupts off, for a limit that only an interrupt could bring nearer',
    polarity: 'always',
    holds: all(cpus, (one) =>
      implies(or(...standing.map(({ context, slow }) => stands(one, context, ...slow))), somebodyRuns),
    ),
    matters: 'the limit that should end a wait in vain is never reached',
  };
}
