/** What a step may read and write, derived from its tree. Reductions rest on this; nobody writes it by hand. */
import type { Domain, Field, Model, Ref, Step } from './model.ts';
import { walkEffect, walkExpr, type Visitor } from './walk.ts';

/** Whose instance of a per-core or per-CPU variable. */
export type Whose =
  /** The mover's own. */
  | 'own'
  /** Of the mover's core, the mover's included. */
  | 'core'
  /** Anybody's; also every shared field. */
  | 'any';

/** A field, or the program counter of a context as `pc CONTEXT`. */
export interface Access {
  readonly variable: string;
  readonly whose: Whose;
}

export interface Footprint {
  /** What guard and effects look at, and the counters that decide whether the step is enabled. */
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
}

export const counterOf = (context: string): string => `pc ${context}`;

const WIDTH: Readonly<Record<Whose, number>> = { own: 0, core: 1, any: 2 };

class Accesses {
  private readonly widest = new Map<string, Whose>();

  add(variable: string, whose: Whose): void {
    const known = this.widest.get(variable);
    if (known === undefined || WIDTH[known] < WIDTH[whose]) this.widest.set(variable, whose);
  }

  list(): Access[] {
    return [...this.widest].map(([variable, whose]) => ({ variable, whose }));
  }
}

/** How far a reference can lead from the mover, given how far each bound variable can. */
function reach(ref: Ref, bound: ReadonlyMap<string, Whose>): Whose {
  switch (ref.ref) {
    case 'me':
      return 'own';
    case 'cpu':
      return 'any';
    case 'bound':
      return bound.get(ref.name) ?? 'any';
    case 'first':
      return reach(ref.of, bound) === 'any' ? 'any' : 'core';
  }
}

/** A core's field is one's own from any CPU of the core. */
function whose(field: Field | undefined, at: Ref | null, bound: ReadonlyMap<string, Whose>): Whose {
  if (field === undefined || at === null || field.scope === 'shared') return 'any';
  const far = reach(at, bound);
  return field.scope === 'core' && far === 'core' ? 'own' : far;
}

function collector(model: Model, reads: Accesses, writes: Accesses): Visitor {
  const fields = new Map(model.fields.map((field) => [field.name, field]));
  // A name is bound by one construct at a time on the way down, and nothing is visited above its binder.
  const bound = new Map<string, Whose>();
  const bindTo = (as: string, over: Domain): void => {
    const far = over.over === 'core' || over.over === 'siblings' ? reach(over.of, bound) : 'any';
    bound.set(as, far === 'any' ? 'any' : 'core');
  };
  return {
    expr(expr) {
      if (expr.op === 'all' || expr.op === 'any' || expr.op === 'count') bindTo(expr.as, expr.over);
      if (expr.op === 'read') reads.add(expr.field, whose(fields.get(expr.field), expr.at, bound));
      if (expr.op === 'stands') reads.add(counterOf(expr.context), reach(expr.cpu, bound));
    },
    effect(effect) {
      if (effect.do === 'each') bindTo(effect.as, effect.over);
      if (effect.do === 'set') writes.add(effect.field, whose(fields.get(effect.field), effect.at, bound));
      if (effect.do === 'jump') writes.add(counterOf(effect.context), reach(effect.cpu, bound));
    },
  };
}

export function footprintOf(step: Step, model: Model): Footprint {
  const [reads, writes] = [new Accesses(), new Accesses()];
  const visitor = collector(model, reads, writes);
  walkExpr(step.guard, visitor);
  for (const effect of step.effects) walkEffect(effect, visitor);
  if (step.kind === 'program') {
    const level = model.contexts.findIndex((context) => context.name === step.context);
    for (const context of model.contexts.slice(level)) reads.add(counterOf(context.name), 'own');
    writes.add(counterOf(step.context), 'own');
  }
  return { reads: reads.list(), writes: writes.list() };
}
