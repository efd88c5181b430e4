/**
 * The meaning of a model, step by step, on plain states: the reference that the compiled successor function is tested against, and
 * what the timed engine runs on. Trees become functions once; the state stays an array of numbers.
 */
import {
  cpuCount,
  IDLE,
  type Domain,
  type Effect,
  type Expr,
  type Field,
  type Model,
  type ProgramStep,
  type Ref,
  type Step,
} from './model.ts';
import { initialState, slotsOf, type Slots, type State } from './slots.ts';
import { requireSound } from './validate.ts';

/** A move of a run: CPU `cpu` takes (or suffers) the step with that index in `model.steps`. */
export interface Move {
  readonly step: number;
  readonly cpu: number;
}

/** Values of the bound variables, by nesting depth. */
type Bound = number[];
type Evaluate = (state: State, me: number, bound: Bound) => number;
type Perform = (state: State, me: number, bound: Bound) => void;

export interface Interpreter {
  readonly model: Model;
  readonly slots: Slots;
  readonly initial: () => State;
  /** Every move possible in the state, by step, then CPU. */
  readonly enabled: (state: State) => Move[];
  readonly isEnabled: (state: State, move: Move) => boolean;
  /** The state after the move. The given state is left alone. */
  readonly apply: (state: State, move: Move) => State;
  /** The same in place. */
  readonly applyTo: (state: State, move: Move) => void;
  /** A closed expression, such as a property. */
  readonly evaluate: (expr: Expr, state: State) => number;
  /** Nothing but the environment can move. */
  readonly finished: (state: State) => boolean;
  /** Finished, but not every CPU rests at a final label in every context. */
  readonly stuck: (state: State) => boolean;
}

function clamp(value: number, { min, max }: Field): number {
  return value < min ? min : value > max ? max : value;
}

class Preparation {
  private readonly model: Model;
  private readonly slots: Slots;
  private readonly threads: number;

  constructor(model: Model, slots: Slots) {
    this.model = model;
    this.slots = slots;
    this.threads = model.topology.threads;
  }

  labelIndex(context: string, label: string): number {
    return this.model.contexts.find(({ name }) => name === context)?.labels.indexOf(label) ?? -1;
  }

  counter(context: string): number {
    return this.slots.counter.get(context) ?? -1;
  }

  private ref(ref: Ref, scope: readonly string[]): Evaluate {
    const { threads } = this;
    switch (ref.ref) {
      case 'me':
        return (_state, me) => me;
      case 'cpu':
        return () => ref.id;
      case 'bound': {
        const depth = scope.lastIndexOf(ref.name);
        return (_state, _me, bound) => bound[depth] ?? -1;
      }
      case 'first': {
        const of = this.ref(ref.of, scope);
        return (state, me, bound) => Math.floor(of(state, me, bound) / threads) * threads;
      }
    }
  }

  /** Slot of the instance that belongs to the owner. */
  private slot(name: string, at: Ref | null, scope: readonly string[]): Evaluate {
    const known = this.slots.field.get(name);
    const base = known?.base ?? -1;
    if (at === null) return () => base;
    const owner = this.ref(at, scope);
    const { threads } = this;
    return known?.field.scope === 'core'
      ? (state, me, bound) => base + Math.floor(owner(state, me, bound) / threads)
      : (state, me, bound) => base + owner(state, me, bound);
  }

  /** Calls `visit` for each CPU of the domain until it says stop. */
  private domain(domain: Domain, scope: readonly string[]) {
    const { threads } = this;
    const n = cpuCount(this.model.topology);
    const of = 'of' in domain ? this.ref(domain.of, scope) : (): number => 0;
    const stride = domain.over === 'cores' ? threads : 1;
    const whole = domain.over === 'cpus' || domain.over === 'cores';
    const skips = domain.over === 'siblings';
    return (state: State, me: number, bound: Bound, visit: (cpu: number) => boolean): void => {
      const owner = of(state, me, bound);
      const from = whole ? 0 : Math.floor(owner / threads) * threads;
      const to = whole ? n : from + threads;
      for (let cpu = from; cpu < to; cpu += stride) {
        if (!(skips && cpu === owner) && !visit(cpu)) return;
      }
    };
  }

  expr(expr: Expr, scope: readonly string[] = []): Evaluate {
    switch (expr.op) {
      case 'const': {
        const { value } = expr;
        return () => value;
      }
      case 'read': {
        const slot = this.slot(expr.field, expr.at, scope);
        return (state, me, bound) => state[slot(state, me, bound)] ?? 0;
      }
      case 'stands': {
        const cpu = this.ref(expr.cpu, scope);
        const base = this.counter(expr.context);
        const labels = new Set(expr.labels.map((label) => this.labelIndex(expr.context, label)));
        return (state, me, bound) => (labels.has(state[base + cpu(state, me, bound)] ?? -1) ? 1 : 0);
      }
      case 'role': {
        const cpu = this.ref(expr.cpu, scope);
        const has = this.model.roles[expr.role] ?? [];
        return (state, me, bound) => (has[cpu(state, me, bound)] === true ? 1 : 0);
      }
      case 'same': {
        const [left, right] = [this.ref(expr.left, scope), this.ref(expr.right, scope)];
        return (state, me, bound) => (left(state, me, bound) === right(state, me, bound) ? 1 : 0);
      }
      case 'not': {
        const of = this.expr(expr.of, scope);
        return (state, me, bound) => 1 - of(state, me, bound);
      }
      case 'and': {
        const parts = expr.of.map((part) => this.expr(part, scope));
        return (state, me, bound) => (parts.every((part) => part(state, me, bound) === 1) ? 1 : 0);
      }
      case 'or': {
        const parts = expr.of.map((part) => this.expr(part, scope));
        return (state, me, bound) => (parts.some((part) => part(state, me, bound) === 1) ? 1 : 0);
      }
      case 'if': {
        const [test, yes, no] = [this.expr(expr.test, scope), this.expr(expr.yes, scope), this.expr(expr.no, scope)];
        return (state, me, bound) => (test(state, me, bound) === 1 ? yes : no)(state, me, bound);
      }
      case 'all':
      case 'any':
      case 'count': {
        const over = this.domain(expr.over, scope);
        const body = this.expr(expr.body, [...scope, expr.as]);
        const depth = scope.length;
        const stopAt = { all: 0, any: 1, count: -1 }[expr.op];
        const { op } = expr;
        return (state, me, bound) => {
          let holding = 0;
          let stopped = false;
          over(state, me, bound, (cpu) => {
            bound[depth] = cpu;
            const value = body(state, me, bound);
            holding += value;
            stopped = value === stopAt;
            return !stopped;
          });
          if (op === 'count') return holding;
          return (op === 'any') === stopped ? 1 : 0;
        };
      }
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'add':
      case 'sub':
      case 'bitor': {
        const [left, right] = [this.expr(expr.left, scope), this.expr(expr.right, scope)];
        const apply = BINARY[expr.op];
        return (state, me, bound) => apply(left(state, me, bound), right(state, me, bound));
      }
    }
  }

  effects(effects: readonly Effect[], scope: readonly string[] = []): Perform {
    const parts = effects.map((effect) => this.effect(effect, scope));
    return (state, me, bound) => {
      for (const part of parts) part(state, me, bound);
    };
  }

  private effect(effect: Effect, scope: readonly string[]): Perform {
    switch (effect.do) {
      case 'set': {
        const slot = this.slot(effect.field, effect.at, scope);
        const value = this.expr(effect.value, scope);
        const field = this.slots.field.get(effect.field)?.field;
        if (field === undefined) return () => undefined;
        return (state, me, bound) => {
          state[slot(state, me, bound)] = clamp(value(state, me, bound), field);
        };
      }
      case 'jump': {
        const cpu = this.ref(effect.cpu, scope);
        const base = this.counter(effect.context);
        const label = this.labelIndex(effect.context, effect.label);
        return (state, me, bound) => {
          state[base + cpu(state, me, bound)] = label;
        };
      }
      case 'each': {
        const over = this.domain(effect.over, scope);
        const body = this.effects(effect.body, [...scope, effect.as]);
        const depth = scope.length;
        return (state, me, bound) =>
          over(state, me, bound, (cpu) => {
            bound[depth] = cpu;
            body(state, me, bound);
            return true;
          });
      }
      case 'when': {
        const test = this.expr(effect.test, scope);
        const [yes, no] = [this.effects(effect.yes, scope), this.effects(effect.no, scope)];
        return (state, me, bound) => (test(state, me, bound) === 1 ? yes : no)(state, me, bound);
      }
    }
  }
}

const BINARY = {
  eq: (left: number, right: number) => (left === right ? 1 : 0),
  ne: (left: number, right: number) => (left === right ? 0 : 1),
  lt: (left: number, right: number) => (left < right ? 1 : 0),
  le: (left: number, right: number) => (left <= right ? 1 : 0),
  add: (left: number, right: number) => left + right,
  sub: (left: number, right: number) => left - right,
  bitor: (left: number, right: number) => left | right,
} as const;

interface Prepared {
  readonly step: Step;
  readonly guard: Evaluate;
  readonly perform: Perform;
  /** Does the CPU stand where the step begins, with no higher context entered? Always, for the environment. */
  readonly placed: (state: State, cpu: number) => boolean;
  /** Sets the program counter. */
  readonly advance: (state: State, cpu: number) => void;
}

function prepareProgramStep(
  step: ProgramStep,
  model: Model,
  prepare: Preparation,
): Pick<Prepared, 'placed' | 'advance'> {
  const counter = prepare.counter(step.context);
  const label = prepare.labelIndex(step.context, step.label);
  const next = prepare.labelIndex(step.context, step.next);
  const level = model.contexts.findIndex((context) => context.name === step.context);
  const above = model.contexts
    .slice(level + 1)
    .map((context) => [prepare.counter(context.name), prepare.labelIndex(context.name, IDLE)] as const);
  return {
    placed: (state, cpu) =>
      state[counter + cpu] === label && above.every(([higher, idle]) => state[higher + cpu] === idle),
    advance: (state, cpu) => {
      state[counter + cpu] = next;
    },
  };
}

/** @throws ModelError when the model is wrong in itself */
export function interpreter(model: Model): Interpreter {
  requireSound(model);
  const slots = slotsOf(model);
  const prepare = new Preparation(model, slots);
  const cpus = Array.from({ length: cpuCount(model.topology) }, (_, id) => id);
  const prepared = model.steps.map((step): Prepared => ({
    step,
    guard: prepare.expr(step.guard),
    perform: prepare.effects(step.effects),
    ...(step.kind === 'program'
      ? prepareProgramStep(step, model, prepare)
      : { placed: () => true, advance: () => undefined }),
  }));
  const closed = new Map<Expr, Evaluate>();
  const takers = model.steps.map((step) => cpus.filter((cpu) => model.roles[step.who]?.[cpu] === true));
  const can = (state: State, { placed, guard }: Prepared, cpu: number): boolean =>
    placed(state, cpu) && guard(state, cpu, []) === 1;

  const applyTo = (state: State, { step, cpu }: Move): void => {
    const chosen = prepared[step];
    if (chosen === undefined) throw new RangeError(`step ${step} of ${prepared.length}`);
    // The counter first: a step that makes its own CPU jump has the last word.
    chosen.advance(state, cpu);
    chosen.perform(state, cpu, []);
  };
  const finished = (state: State): boolean =>
    prepared.every(
      (candidate, index) =>
        candidate.step.kind === 'environment' || !(takers[index] ?? []).some((cpu) => can(state, candidate, cpu)),
    );
  const resting = model.contexts.map((context) => ({
    base: prepare.counter(context.name),
    final: new Set(context.final.map((label) => context.labels.indexOf(label))),
  }));

  return {
    model,
    slots,
    initial: () => initialState(model, slots),
    enabled: (state) =>
      prepared.flatMap((candidate, step) =>
        (takers[step] ?? []).filter((cpu) => can(state, candidate, cpu)).map((cpu) => ({ step, cpu })),
      ),
    isEnabled: (state, { step, cpu }) => {
      const candidate = prepared[step];
      return candidate !== undefined && model.roles[candidate.step.who]?.[cpu] === true && can(state, candidate, cpu);
    },
    apply: (state, move) => {
      const after = state.slice();
      applyTo(after, move);
      return after;
    },
    applyTo,
    evaluate: (expr, state) => {
      const known = closed.get(expr) ?? prepare.expr(expr);
      closed.set(expr, known);
      return known(state, -1, []);
    },
    finished,
    stuck: (state) =>
      finished(state) && resting.some(({ base, final }) => cpus.some((cpu) => !final.has(state[base + cpu] ?? -1))),
  };
}
