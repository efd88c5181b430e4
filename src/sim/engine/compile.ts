/**
 * From a grounded model to the functions the search calls, as text compiled once: a switch over each CPU's program
 * counters, then straight-line guards and effects on packed words. Twin: language/interpret.ts, which
 * test/sim/engine/compile.test.ts compares it with on random models.
 */
import { canonicalSource } from './canonical.ts';
import { Writer, oldWord } from './codegen.ts';
import { assignments, type Change, type Ground, type GroundStep, groundModel } from './ground.ts';
import { type Layout, layoutOf, pack } from './layout.ts';
import type { Model } from '../language/model.ts';
import { NO_SYMMETRY, type Symmetry, symmetryOf } from './symmetry.ts';
import { type CompiledModel, DEADLOCK_BIT } from './model.ts';

/** Reductions keep every verdict. They can be switched off to check that. */
export interface Reductions {
  /** Treat states that differ only in which interchangeable CPU is which as one. */
  readonly symmetry?: boolean;
}

export interface Compiled extends CompiledModel {
  readonly ground: Ground;
  readonly layout: Layout;
  readonly symmetry: Symmetry;
  /** Replaces the packed state at `states[at...]` by the one that stands for it. */
  canonical(states: Int32Array, at: number): void;
}

/** A move is a place in `ground.steps` and must fit the 16 bits kept for each state. */
const MAX_MOVES = 0xffff;

const wordsOf = (layout: Layout): number[] => Array.from({ length: layout.words }, (_, word) => word);

const loadWords = (layout: Layout): string =>
  `const ${wordsOf(layout)
    .map((word) => `${oldWord(word)} = A[at + ${word}]`)
    .join(', ')};`;

const changedWord = (word: number): string => `u${word}`;

/** Words that the changes write. */
function wordsChanged(changes: readonly Change[], layout: Layout): Set<number> {
  const words = new Set<number>();
  assignments(changes, ({ slot }) => {
    const room = layout.rooms[slot] ?? null;
    if (room !== null) words.add(room.word);
  });
  return words;
}

interface Numbered extends GroundStep {
  readonly move: number;
}

/** Appends the successor of one step to O, if it is enabled. */
function stepSource(step: Numbered, layout: Layout): string {
  const changed = wordsChanged(step.changes, layout);
  const name = (word: number): string => (changed.has(word) ? changedWord(word) : oldWord(word));
  const copies = [...changed].map((word) => `let ${changedWord(word)} = ${oldWord(word)};`).join(' ');
  const effects = new Writer(layout, name).changes(step.changes);
  const stores = wordsOf(layout)
    .map((word) => `O[to + ${word}] = ${name(word)};`)
    .join(' ');
  const body = `${copies} ${effects} const to = n * ${layout.words}; ${stores}${layout.sorted.length > 0 ? ' canonical(O, to);' : ''} M[n++] = ${step.move};`;
  const guard = new Writer(layout, oldWord).truth(step.guard);
  return guard === 'true' ? `{ ${body} }` : `if (${guard}) { ${body} }`;
}

interface Texts {
  /** Function declarations. */
  readonly functions: string[];
}

/** A function that appends the successors of some steps; returns its name. */
function stepsFunction(name: string, steps: readonly Numbered[], layout: Layout, texts: Texts): string {
  const body = steps.map((step) => stepSource(step, layout)).join('\n');
  texts.functions.push(`function ${name}(A, at, O, M, n) { ${loadWords(layout)}\n${body}\nreturn n; }`);
  return name;
}

const call = (name: string): string => `n = ${name}(A, at, O, M, n);`;

/** Program steps of one CPU: a switch per context, the highest first; a lower one only runs while those above are idle. */
function programSource(cpu: number, steps: readonly Numbered[], ground: Ground, layout: Layout, texts: Texts): string {
  const writer = new Writer(layout, oldWord);
  let source = '';
  for (const [level, context] of ground.model.contexts.entries()) {
    const slot = (ground.slots.counter.get(context.name) ?? 0) + cpu;
    const own = steps.filter((step) => step.placing[0]?.slot === slot);
    const { text, least } = writer.selector(slot);
    const cases = context.labels.map((_, label) => {
      const here = own.filter((step) => step.placing[0]?.label === label);
      if (here.length === 0) return '';
      const name = stepsFunction(`c${cpu}_${level}_${label}`, here, layout, texts);
      return `case ${label - least}: ${call(name)} break;`;
    });
    const dispatch = cases.some((text) => text !== '') ? `switch (${text}) { ${cases.join('\n')} }` : '';
    const below = source === '' ? '' : `if (${text} === ${-least}) { ${source} }`;
    source = `${dispatch}\n${below}`;
  }
  return source;
}

/** Text of `successors(A, at, O, M, n)`, which returns n plus the number of successors appended. */
function successorsSource(ground: Ground, layout: Layout): string {
  const texts: Texts = { functions: [] };
  const numbered = ground.steps.map((step, move) => ({ ...step, move }));
  const cpus = [...new Set(numbered.map(({ cpu }) => cpu))].sort((a, b) => a - b);
  const program = cpus.map((cpu) => {
    const own = numbered.filter((step) => step.cpu === cpu && !step.environment);
    const body = programSource(cpu, own, ground, layout, texts);
    texts.functions.push(`function cpu${cpu}(A, at, O, M, n) { ${loadWords(layout)}\n${body}\nreturn n; }`);
    return call(`cpu${cpu}`);
  });
  const environment = cpus.map((cpu) => {
    const own = numbered.filter((step) => step.cpu === cpu && step.environment);
    return own.length === 0 ? '' : call(stepsFunction(`environment${cpu}`, own, layout, texts));
  });
  return `${texts.functions.join('\n')}
  function successors(A, at, O, M, n) { ${program.join('\n')}\n${environment.join('\n')}\nreturn n; }`;
}

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
  readonly observe: CompiledModel['observe'];
  readonly observeEnd: CompiledModel['observeEnd'];
  readonly canonical: Compiled['canonical'];
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
  ${successorsSource(ground, layout)}
  ${observersSource(ground, layout)}
  return { successors, observe, observeEnd, canonical };`;
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
    words: layout.words,
    claims: ground.claims,
    maxSuccessors: ground.steps.length,
    programMoves: firstEnvironment < 0 ? ground.steps.length : firstEnvironment,
    initial,
    successors: (states, at, out, from) => functions.successors(states, at, out.states, out.moves, from) - from,
    observe: functions.observe,
    observeEnd: functions.observeEnd,
  };
}
