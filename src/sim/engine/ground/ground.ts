/**
 * A model without names: for each CPU its own copy of each step, over numbered slots. What cannot happen is left out:
 * the values each slot can have are computed first (an abstract run in which every slot keeps all values that any step could
 * give it), then steps that are never enabled disappear, and variables that never change become numbers.
 */
import type { Domain, Effect, Expr, Model, Polarity, ProgramStep, Ref, Step } from '../../language/model.ts';
import { cpuCount, IDLE } from '../../language/model.ts';
import { initialState, slotsOf, type Slots, type State } from '../../language/slots.ts';
import { requireSound } from '../../language/validate.ts';
import * as term from './term.ts';
import { isConst, type Term } from './term.ts';

export type Change =
  /** Saturates at `min` and `max`. */
  | { readonly do: 'set'; readonly slot: number; readonly value: Term; readonly min: number; readonly max: number }
  | { readonly do: 'when'; readonly test: Term; readonly yes: readonly Change[]; readonly no: readonly Change[] };

/** Where a CPU must stand for a step: program counter slots and their values. */
export interface Placing {
  readonly slot: number;
  readonly label: number;
}

export interface GroundStep {
  /** Index in the model's steps. */
  readonly step: number;
  readonly cpu: number;
  readonly environment: boolean;
  /** Empty for the environment; else the own counter, then those of the contexts above, which must be idle. */
  readonly placing: readonly Placing[];
  /** Without the placing. */
  readonly guard: Term;
  readonly changes: readonly Change[];
}

/** The values a slot can have; a program counter's are its labels. */
export interface Values {
  readonly lo: number;
  readonly hi: number;
  /** All of them, for program counters. */
  readonly labels: readonly number[] | null;
}

export interface Ground {
  readonly model: Model;
  readonly slots: Slots;
  readonly initial: State;
  readonly values: readonly Values[];
  /** In the order of the model's steps, then CPUs; program steps before the environment's. */
  readonly steps: readonly GroundStep[];
  readonly claims: readonly { readonly id: string; readonly polarity: Polarity; readonly holds: Term }[];
  /** Every CPU stands at a label where it may rest for ever. */
  readonly resting: Term;
}

/** Rounds of exact growth before a growing range is taken to reach its declared bound. */
const PATIENCE = 8;

interface Owner {
  readonly me: number;
  readonly bound: ReadonlyMap<string, number>;
}

class Grounder {
  private readonly model: Model;
  private readonly slots: Slots;
  private readonly values: readonly Values[];

  constructor(model: Model, slots: Slots, values: readonly Values[]) {
    this.model = model;
    this.slots = slots;
    this.values = values;
  }

  private cpu(ref: Ref, owner: Owner): number {
    switch (ref.ref) {
      case 'me':
        return owner.me;
      case 'cpu':
        return ref.id;
      case 'bound':
        return owner.bound.get(ref.name) ?? -1;
      case 'first': {
        const { threads } = this.model.topology;
        return Math.floor(this.cpu(ref.of, owner) / threads) * threads;
      }
    }
  }

  private slot(name: string, at: Ref | null, owner: Owner): number {
    const known = this.slots.field.get(name);
    if (known === undefined) throw new RangeError(`unknown field ${name}`);
    if (at === null) return known.base;
    const cpu = this.cpu(at, owner);
    return known.base + (known.field.scope === 'core' ? Math.floor(cpu / this.model.topology.threads) : cpu);
  }

  counter(context: string, cpu: number): number {
    const base = this.slots.counter.get(context);
    if (base === undefined) throw new RangeError(`unknown context ${context}`);
    return base + cpu;
  }

  label(context: string, label: string): number {
    return this.model.contexts.find(({ name }) => name === context)?.labels.indexOf(label) ?? -1;
  }

  private domain(domain: Domain, owner: Owner): number[] {
    const { cores, threads } = this.model.topology;
    const row = (count: number, first: number, stride: number): number[] =>
      Array.from({ length: count }, (_, index) => first + index * stride);
    switch (domain.over) {
      case 'cpus':
        return row(cores * threads, 0, 1);
      case 'cores':
        return row(cores, 0, threads);
      case 'core':
      case 'siblings': {
        const of = this.cpu(domain.of, owner);
        const all = row(threads, of - (of % threads), 1);
        return domain.over === 'core' ? all : all.filter((cpu) => cpu !== of);
      }
    }
  }

  private each(over: Domain, as: string, owner: Owner): Owner[] {
    return this.domain(over, owner).map((cpu) => ({ me: owner.me, bound: new Map(owner.bound).set(as, cpu) }));
  }

  standing(slot: number, labels: readonly number[]): Term {
    return term.among(slot, labels, this.values[slot]?.labels ?? []);
  }

  expr(expr: Expr, owner: Owner): Term {
    switch (expr.op) {
      case 'const':
        return term.constant(expr.value);
      case 'read': {
        const slot = this.slot(expr.field, expr.at, owner);
        return term.read(slot, this.values[slot] ?? { lo: 0, hi: 0 });
      }
      case 'stands': {
        const labels = expr.labels.map((label) => this.label(expr.context, label));
        return this.standing(this.counter(expr.context, this.cpu(expr.cpu, owner)), labels);
      }
      case 'role':
        return this.model.roles[expr.role]?.[this.cpu(expr.cpu, owner)] === true ? term.YES : term.NO;
      case 'same':
        return this.cpu(expr.left, owner) === this.cpu(expr.right, owner) ? term.YES : term.NO;
      case 'not':
        return term.not(this.expr(expr.of, owner));
      case 'and':
        return term.and(...expr.of.map((part) => this.expr(part, owner)));
      case 'or':
        return term.or(...expr.of.map((part) => this.expr(part, owner)));
      case 'if':
        return term.choice(this.expr(expr.test, owner), this.expr(expr.yes, owner), this.expr(expr.no, owner));
      case 'all':
      case 'any':
      case 'count': {
        const parts = this.each(expr.over, expr.as, owner).map((inner) => this.expr(expr.body, inner));
        return { all: () => term.and(...parts), any: () => term.or(...parts), count: () => term.sum(parts) }[expr.op]();
      }
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'add':
      case 'sub':
      case 'bitor':
        return term.binary(expr.op, this.expr(expr.left, owner), this.expr(expr.right, owner));
    }
  }

  changes(effects: readonly Effect[], owner: Owner): Change[] {
    return effects.flatMap((effect) => this.change(effect, owner));
  }

  private change(effect: Effect, owner: Owner): Change[] {
    switch (effect.do) {
      case 'set': {
        const slot = this.slot(effect.field, effect.at, owner);
        const { min = 0, max = 0 } = this.slots.field.get(effect.field)?.field ?? {};
        return [{ do: 'set', slot, value: this.expr(effect.value, owner), min, max }];
      }
      case 'jump':
        return [this.move(this.counter(effect.context, this.cpu(effect.cpu, owner)), effect.context, effect.label)];
      case 'each':
        return this.each(effect.over, effect.as, owner).flatMap((inner) => this.changes(effect.body, inner));
      case 'when': {
        const test = this.expr(effect.test, owner);
        if (test.op === 'const') return this.changes(test.lo === 1 ? effect.yes : effect.no, owner);
        return [{ do: 'when', test, yes: this.changes(effect.yes, owner), no: this.changes(effect.no, owner) }];
      }
    }
  }

  private move(slot: number, context: string, label: string): Change {
    const value = this.label(context, label);
    return { do: 'set', slot, value: term.constant(value), min: value, max: value };
  }

  private placing(step: ProgramStep, cpu: number): Placing[] {
    const level = this.model.contexts.findIndex(({ name }) => name === step.context);
    const own = { slot: this.counter(step.context, cpu), label: this.label(step.context, step.label) };
    const above = this.model.contexts
      .slice(level + 1)
      .map(({ name }) => ({ slot: this.counter(name, cpu), label: this.label(name, IDLE) }));
    return [own, ...above];
  }

  /** The step as CPU `cpu` takes it, or null when it never can. */
  step(step: Step, index: number, cpu: number): GroundStep | null {
    if (this.model.roles[step.who]?.[cpu] !== true) return null;
    const owner: Owner = { me: cpu, bound: new Map() };
    const placing = step.kind === 'program' ? this.placing(step, cpu) : [];
    if (placing.some(({ slot, label }) => isConst(this.standing(slot, [label]), 0))) return null;
    const guard = this.expr(step.guard, owner);
    if (isConst(guard, 0)) return null;
    const effects = this.changes(step.effects, owner);
    // The counter moves first, so that a step that makes its own CPU jump has the last word.
    const changes =
      step.kind === 'program'
        ? [this.move(this.counter(step.context, cpu), step.context, step.next), ...effects]
        : effects;
    return { step: index, cpu, environment: step.kind === 'environment', placing, guard, changes };
  }

  steps(): GroundStep[] {
    const { model } = this;
    const cpus = Array.from({ length: cpuCount(model.topology) }, (_, id) => id);
    const all = model.steps.flatMap((step, index) =>
      cpus.flatMap((cpu) => {
        const grounded = this.step(step, index, cpu);
        return grounded === null ? [] : [grounded];
      }),
    );
    return [...all.filter((step) => !step.environment), ...all.filter((step) => step.environment)];
  }
}

/** Calls `visit` with every assignment a change can make. */
export function assignments(
  changes: readonly Change[],
  visit: (change: Extract<Change, { readonly do: 'set' }>) => void,
): void {
  for (const change of changes) {
    if (change.do === 'set') visit(change);
    else assignments([...change.yes, ...change.no], visit);
  }
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/** `values` and whatever the steps, enabled under `values`, can assign. */
function widened(values: readonly Values[], steps: readonly GroundStep[], round: number): Values[] {
  const wider = [...values];
  for (const step of steps) {
    assignments(step.changes, ({ slot, value, min, max }) => {
      const known = wider[slot];
      if (known === undefined) return;
      const { lo, hi } = { lo: clamp(value.lo, min, max), hi: clamp(value.hi, min, max) };
      if (known.labels !== null) {
        const labels = known.labels.includes(lo) ? known.labels : [...known.labels, lo].sort((a, b) => a - b);
        wider[slot] = { lo: labels[0] ?? lo, hi: labels.at(-1) ?? lo, labels };
      } else if (lo < known.lo || hi > known.hi) {
        const impatient = round > PATIENCE;
        wider[slot] = {
          lo: lo < known.lo ? (impatient ? min : lo) : known.lo,
          hi: hi > known.hi ? (impatient ? max : hi) : known.hi,
          labels: null,
        };
      }
    });
  }
  return wider;
}

const sameValues = (left: readonly Values[], right: readonly Values[]): boolean =>
  left.every(({ lo, hi, labels }, slot) => {
    const other = right[slot];
    return other !== undefined && lo === other.lo && hi === other.hi && labels?.length === other.labels?.length;
  });

/**
 * Grounds a model; linear in steps x CPUs x the size of their trees with quantifiers written out.
 * @throws ModelError when the model is wrong in itself
 */
export function groundModel(model: Model): Ground {
  requireSound(model);
  const slots = slotsOf(model);
  const initial = initialState(model, slots);
  const firstCounter = Math.min(slots.size, ...slots.counter.values());
  let values: Values[] = Array.from(initial, (value, slot) => ({
    lo: value,
    hi: value,
    labels: slot >= firstCounter ? [value] : null,
  }));
  for (let round = 0; ; round++) {
    const grounder = new Grounder(model, slots, values);
    const steps = grounder.steps();
    const wider = widened(values, steps, round);
    if (sameValues(values, wider)) {
      const nobody: Owner = { me: -1, bound: new Map() };
      const cpus = Array.from({ length: cpuCount(model.topology) }, (_, id) => id);
      const resting = model.contexts.flatMap(({ name, final }) =>
        cpus.map((cpu) =>
          grounder.standing(
            grounder.counter(name, cpu),
            final.map((label) => grounder.label(name, label)),
          ),
        ),
      );
      const claims = model.properties.map(({ id, polarity, holds }) => ({
        id,
        polarity,
        holds: grounder.expr(holds, nobody),
      }));
      return { model, slots, initial, values, steps, claims, resting: term.and(...resting) };
    }
    values = wider;
  }
}
