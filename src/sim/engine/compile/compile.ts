/**
 * From a grounded model to the functions the search calls, as text compiled once: a switch over each CPU's program
 * counters, then straight-line guards and effects on packed words. Twin: language/interpret.ts, which
 * test/sim/engine/compile/compile.test.ts compares it with on random models.
 */
import { amplePlan } from '../reduce/independence.ts';
import { canonicalSource } from '../reduce/canonical.ts';
import { loadWords, stepsSource } from './steps-source.ts';
import { Writer, oldWord } from './codegen.ts';
import { type Ground, groundModel } from '../ground/ground.ts';
import { type Layout, layoutOf, pack } from '../ground/layout.ts';
import type { Model } from '../../language/model.ts';
import { NO_SYMMETRY, type Symmetry, symmetryOf } from '../ground/symmetry.ts';
import { type CompiledModel, DEADLOCK_BIT } from '../states/model.ts';

/** Reductions keep every verdict. They can be switched off to check that. */
export interface Reductions {
  /** Treat states that differ only in which interchangeable CPU is which as one. */
  readonly symmetry?: boolean;
  /** Follow only one CPU where the order of its steps and the others' makes no difference. */
  readonly partialOrder?: boolean;
}

export interface Compiled extends CompiledModel {
  readonly ground: Ground;
  readonly layout: Layout;
  readonly symmetry: Symmetry;
  /** Replaces the packed state at `states[at...]` by the one that stands for it. */
  canonical(states: Int32Array, at: number): void;
  /**
   * Takes the steps that the partial-order reduction takes at once after every move, in place, and adds their numbers to
   * `log`. Without that reduction it does nothing.
   */
  settle(states: Int32Array, at: number, log: number[] | null): void;
  /** `successors` without reductions: for each enabled step the state it leads to, as it is. */
  everySuccessor: CompiledModel['successors'];
}

/** A move is a place in `ground.steps` and must fit the 16 bits kept for each state. */
const MAX_MOVES = 0xffff;

/** Text of `observe(A, at)` and `observeEnd(A, at)`. */
function observersSource({ claims, resting }: Ground, layout: Layout): string {
  const writer = new Writer(layout, oldWord);
  const bits = (polarity: string): string =>
    claims
      .map((claim, bit) => {
        if (claim.polarity !== polarity) return '';
        const holds = writer.truth(claim.holds);
        return `if (${polarity === 'sometimes' ? holds : `!${holds}`}) bits |= ${1 << bit};`;
      })
      .join('\n');
  return `
  function observe(A, at) { ${loadWords(layout)} let bits = 0; ${bits('always')} ${bits('sometimes')} return bits; }
  function observeEnd(A, at) { ${loadWords(layout)} let bits = ${writer.truth(resting)} ? 0 : ${DEADLOCK_BIT}; ${bits('eventually')} return bits; }`;
}

interface Functions {
  readonly successors: (A: Int32Array, at: number, O: Int32Array, M: Uint16Array, n: number) => number;
  readonly everySuccessor: Functions['successors'];
  readonly observe: CompiledModel['observe'];
  readonly observeEnd: CompiledModel['observeEnd'];
  readonly canonical: Compiled['canonical'];
  readonly settle: Compiled['settle'];
}

/**
 * Compiles a model for the search.
 * @throws RangeError when it has more moves than 16 bits can number.
 */
export function compile(model: Model, reductions: Reductions = {}): Compiled {
  const ground = groundModel(model);
  if (ground.steps.length > MAX_MOVES)
    throw new RangeError(`${ground.steps.length} moves; at most ${MAX_MOVES} can be numbered`);
  const symmetry = reductions.symmetry === true ? symmetryOf(ground) : NO_SYMMETRY;
  const layout = layoutOf(ground, symmetry);
  const source = `'use strict';
  ${canonicalSource(layout)}
  ${stepsSource(ground, layout, reductions.partialOrder === true ? amplePlan(ground) : null)}
  ${observersSource(ground, layout)}
  return { successors, everySuccessor, observe, observeEnd, canonical, settle };`;
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is made of numbers only: names of the description never enter it
  const functions = (new Function(source) as () => Functions)();
  const firstEnvironment = ground.steps.findIndex(({ environment }) => environment);
  const initial = pack(ground.initial, layout);
  functions.canonical(initial, 0);
  return {
    ground,
    layout,
    symmetry,
    canonical: functions.canonical,
    settle: functions.settle,
    words: layout.words,
    claims: ground.claims,
    maxSuccessors: ground.steps.length,
    programMoves: firstEnvironment < 0 ? ground.steps.length : firstEnvironment,
    initial,
    successors: (states, at, out, from) => functions.successors(states, at, out.states, out.moves, from) - from,
    everySuccessor: (states, at, out, from) => functions.everySuccessor(states, at, out.states, out.moves, from) - from,
    observe: functions.observe,
    observeEnd: functions.observeEnd,
  };
}
