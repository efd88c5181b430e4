/** What the search needs of a model. compile.ts generates it from a description; tests also write it by hand. */
import type { Polarity } from '../../language/model.ts';
import type { Batch } from './visited.ts';

export interface Claim {
  readonly id: string;
  readonly polarity: Polarity;
}

export interface CompiledModel {
  /** 32-bit words of a packed state. */
  readonly words: number;
  /** At most 30; their places are the bits of `observe` and `observeEnd`. */
  readonly claims: readonly Claim[];
  /** No state has more successors than this. */
  readonly maxSuccessors: number;
  /** Moves numbered below this are the program's own; the others are the environment's. */
  readonly programMoves: number;
  /** Packed initial states, one after another. */
  readonly initial: Int32Array;
  /**
   * Appends every successor of the state at `states[at...]` to `out` from entry `from` on, the program's before the
   * environment's, with the number of the move in `out.moves`; returns how many.
   */
  successors(states: Int32Array, at: number, out: Batch, from: number): number;
  /** Bit i: the `always` claim i is false here, or the `sometimes` claim i is true. */
  observe(states: Int32Array, at: number): number;
  /**
   * For a state in which only the environment can still move. `DEADLOCK_BIT`: some CPU stands where it may not rest for
   * ever; bit i: the `eventually` claim i is false.
   */
  observeEnd(states: Int32Array, at: number): number;
}

export const DEADLOCK_BIT = 1 << 30;
export const MAX_CLAIMS = 30;
