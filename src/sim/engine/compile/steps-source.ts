/** Text of the functions that make successors: a switch over each CPU's counters, then guards and effects in a line. */
import { Writer, oldWord } from './codegen.ts';
import { assignments, type Change, type Ground, type GroundStep } from '../ground/ground.ts';
import type { AmplePlan, Condition, Impossible, StepPlan } from '../reduce/independence.ts';
import type { Layout } from '../ground/layout.ts';
import { copySource } from '../states/words.ts';

const wordsOf = (layout: Layout): number[] => Array.from({ length: layout.words }, (_, word) => word);

export const loadWords = (layout: Layout): string =>
  `const ${wordsOf(layout)
    .map((word) => `${oldWord(word)} = A[at + ${word}]`)
    .join(', ')};`;

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

/** Writes the functions of one model. */
class StepsWriter {
  readonly functions: string[] = [];
  private readonly ground: Ground;
  private readonly layout: Layout;
  private readonly writer: Writer;

  constructor(ground: Ground, layout: Layout) {
    this.ground = ground;
    this.layout = layout;
    this.writer = new Writer(layout, oldWord);
  }

  /** Appends the successor of a step that is enabled. */
  private emit(step: Numbered): string {
    const { layout } = this;
    const changed = wordsChanged(step.changes, layout);
    const name = (word: number): string => (changed.has(word) ? `u${word}` : oldWord(word));
    const copies = [...changed].map((word) => `let u${word} = ${oldWord(word)};`).join(' ');
    const effects = new Writer(layout, name).changes(step.changes);
    const stores = wordsOf(layout)
      .map((word) => `O[to + ${word}] = ${name(word)};`)
      .join(' ');
    return `${copies} ${effects} const to = n * ${layout.words}; ${stores} M[n++] = ${step.move};`;
  }

  private step(step: Numbered): string {
    const guard = this.writer.truth(step.guard);
    return guard === 'true' ? `{ ${this.emit(step)} }` : `if (${guard}) { ${this.emit(step)} }`;
  }

  define(name: string, body: string): void {
    this.functions.push(`function ${name}(A, at, O, M, n) { ${loadWords(this.layout)}\n${body}\nreturn n; }`);
  }

  /** Defines a function that appends the successors of the steps. */
  defineSteps(name: string, steps: readonly Numbered[]): void {
    this.define(name, steps.map((step) => this.step(step)).join('\n'));
  }

  /** Where a CPU stands, the highest context first; a lower one only counts while those above are idle. */
  dispatch(
    cpu: number,
    steps: readonly Numbered[],
    visit: (name: string, here: readonly Numbered[]) => string,
  ): string {
    let source = '';
    for (const [level, context] of this.ground.model.contexts.entries()) {
      const slot = (this.ground.slots.counter.get(context.name) ?? 0) + cpu;
      const own = steps.filter((step) => step.placing[0]?.slot === slot);
      const { text, least } = this.writer.selector(slot);
      const cases = context.labels.map((_, label) => {
        const here = own.filter((step) => step.placing[0]?.label === label);
        return here.length === 0 ? '' : `case ${label - least}: ${visit(`${cpu}_${level}_${label}`, here)} break;`;
      });
      const choose = cases.some((text) => text !== '') ? `switch (${text}) { ${cases.join('\n')} }` : '';
      source = `${choose}\n${source.trim() === '' ? '' : `if (${text} === ${-least}) { ${source} }`}`;
    }
    return source;
  }

  private standing(standing: Impossible['standing']): string[] {
    return standing.flatMap(({ slot, labels }) => {
      const possible = this.ground.values[slot]?.labels ?? [];
      return labels.length === possible.length ? [] : [this.writer.membership(slot, labels)];
    });
  }

  /** Truth of "none of these can happen any more". */
  private impossible({ standing, unless }: Impossible): string {
    const left = unless.flatMap(({ budget, standing: places, never }) => {
      const spent = this.writer.membership(budget, [0]);
      const tests = this.standing(places);
      if (never) return [spent];
      return tests.length === 0 ? [] : [`(${spent} || (${tests.join(' && ')}))`];
    });
    return [...this.standing(standing), ...left].join(' && ') || 'true';
  }

  /** Like `step`, but gives up (-1) when the step keeps the CPU's steps from being followed alone. */
  private ampleStep(step: Numbered, plan: StepPlan | undefined): string {
    const giveUp = 'return -1;';
    const first: Condition = plan?.first ?? null;
    const allowed = first === null ? 'false' : this.impossible(first);
    const enabled =
      allowed === 'false' ? giveUp : `${allowed === 'true' ? '' : `if (!(${allowed})) ${giveUp}`} ${this.emit(step)}`;
    const guard = this.writer.truth(step.guard);
    if (guard === 'true') return `{ ${enabled} }`;
    const stays = (plan?.stays ?? []).map(
      ({ part, unsatisfied }) => `(!${this.writer.truth(part)} && ${this.impossible(unsatisfied)})`,
    );
    const disabled = stays.length === 0 ? giveUp : `if (!(${stays.join(' || ')})) ${giveUp}`;
    return `if (${guard}) { ${enabled} } else { ${disabled} }`;
  }

  /** Defines `ample<cpu>`: like `cpu<cpu>`, or -1 when the CPU's steps may not be followed alone. */
  defineAmple(cpu: number, steps: readonly Numbered[], { steps: plans, unmoved }: AmplePlan): void {
    const condition = unmoved[cpu] ?? null;
    const visit = (name: string, here: readonly Numbered[]): string => {
      this.define(
        `a${name}`,
        here.map((step) => this.ampleStep(step, plans.get(this.ground.steps[step.move] ?? step))).join('\n'),
      );
      return `n = a${name}(A, at, O, M, n); if (n < 0) return -1;`;
    };
    const body =
      condition === null
        ? 'return -1;'
        : `if (!(${this.impossible(condition)})) return -1;\n${this.dispatch(cpu, steps, visit)}`;
    this.define(`ample${cpu}`, body);
  }
}

const NO_AMPLE = 'function ample(A, at, O, M, n) { return n; } function settle(O, to, log) {}';

/** `ample`: the successors of one CPU that may be followed alone, none if there is no such CPU. `settle`: while that is one step, takes it. */
function ampleSource(cpus: readonly number[], { words }: Layout, most: number): string {
  const tries = cpus.map((cpu) => `k = ample${cpu}(A, at, O, M, n); if (k > n) return k;`);
  return `const scratch = new Int32Array(${words * most}), scratchMoves = new Uint16Array(${most});
  function ample(A, at, O, M, n) { let k; ${tries.join('\n')} return n; }
  function settle(O, to, log) {
    while (ample(O, to, scratch, scratchMoves, 0) === 1) {
      ${copySource(words, 'scratch', '0', 'O', 'to')}
      if (log !== null) log.push(scratchMoves[0]);
    }
  }`;
}

/**
 * Text of `successors(A, at, O, M, n)`, which appends the successors to O and M and returns n plus their number, of
 * `everySuccessor`, the same without reductions, and of `settle(O, to, log)`. Expects `canonical(O, to)`.
 */
export function stepsSource(ground: Ground, layout: Layout, plan: AmplePlan | null): string {
  const writer = new StepsWriter(ground, layout);
  const numbered = ground.steps.map((step, move) => ({ ...step, move }));
  const cpus = [...new Set(numbered.map(({ cpu }) => cpu))].sort((a, b) => a - b);
  const calls: string[] = [];
  for (const environment of [false, true]) {
    for (const cpu of cpus) {
      const own = numbered.filter((step) => step.cpu === cpu && step.environment === environment);
      if (own.length === 0) continue;
      const name = `${environment ? 'environment' : 'cpu'}${cpu}`;
      if (environment) writer.defineSteps(name, own);
      else {
        const visit = (place: string, here: readonly Numbered[]): string => {
          writer.defineSteps(`c${place}`, here);
          return `n = c${place}(A, at, O, M, n);`;
        };
        writer.define(name, writer.dispatch(cpu, own, visit));
        if (plan !== null) writer.defineAmple(cpu, own, plan);
      }
      calls.push(`n = ${name}(A, at, O, M, n);`);
    }
  }
  const movers = cpus.filter((cpu) => numbered.some((step) => step.cpu === cpu && !step.environment));
  const finish = [
    ...(plan === null ? [] : ['settle(O, to, null);']),
    ...(layout.sorted.length === 0 ? [] : ['canonical(O, to);']),
  ];
  return `${writer.functions.join('\n')}
  ${plan === null ? NO_AMPLE : ampleSource(movers, layout, numbered.length)}
  function everySuccessor(A, at, O, M, n) { ${calls.join('\n')} return n; }
  function successors(A, at, O, M, n) {
    const from = n;
    n = ample(A, at, O, M, n);
    if (n === from) n = everySuccessor(A, at, O, M, n);
    ${finish.length === 0 ? '' : `for (let to = from * ${layout.words}; to < n * ${layout.words}; to += ${layout.words}) { ${finish.join(' ')} }`}
    return n;
  }`;
}
