/**
 * Linux's stop_machine() from the return of the function to that of the caller (kernel/stop_machine.c). A CPU that has returned from
 * the function acknowledges it; the last one sets MULTI_STOP_EXIT, at which each leaves its loop, interrupts on again. The caller goes
 * on when every stopper has returned (cpu_stop_signal_done(), wait_for_completion()), which is later than the last acknowledgement.
 */
import { decrement, range, shared } from '../../language/effects.ts';
import { eq } from '../../language/expressions.ts';
import type { Effect, Field } from '../../language/model.ts';
import { rest, spin, type Line } from '../../language/program.ts';

export interface Stoppers {
  /** `thread_ack`: CPUs that have not come back from the function yet. */
  readonly acks: Field;
  /** `cpu_stop_done.nr_todo`: stoppers that have not returned yet. */
  readonly todo: Field;
}

export const stoppersOf = (n: number): Stoppers => ({
  acks: shared('thread_ack', range(0, n), n),
  todo: shared('nr_todo', range(0, n), n),
});

/** ack_state(): an atomic_dec_and_test(). */
export const acknowledge = ({ acks }: Stoppers): Effect => decrement(acks);

/** Where a CPU stands that has come back from the function. The caller's CPU alone has the second of them. */
export const RETURNED = ['await stoppers', 'await completion', 'done'];

/** What follows the acknowledgement on a CPU that only takes part. MULTI_STOP_EXIT is final, so seeing it and returning may be one step. */
export const returning = ({ acks, todo }: Stoppers): readonly Line[] => [
  spin('await stoppers', { when: eq(acks, 0), do: [decrement(todo)] }),
  rest('done'),
];

/** The same on the CPU of the caller, which goes on with `after` when all have returned. */
export const callerReturning = ({ acks, todo }: Stoppers, ...after: readonly Line[]): readonly Line[] => [
  spin('await stoppers', { when: eq(acks, 0), do: [decrement(todo)] }),
  // Asleep, interrupts on: its CPU does other work meanwhile.
  rest('await completion', { when: eq(todo, 0), cost: 'gather' }),
  ...after,
  rest('done'),
];
