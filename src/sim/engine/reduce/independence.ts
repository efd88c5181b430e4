/**
 * Partial-order reduction: when every step that one CPU can take now may as well come before whatever the others may
 * still do, only that CPU's steps are followed from here. Nothing is annotated; influence.ts derives it from the trees.
 *
 * The steps of CPU i at its present place form the set T. Following only T keeps every verdict when
 * 1. each enabled step of T may precede each step that others can still take (their futures, by program counter);
 * 2. no other step can enable one of T that is not enabled now;
 * 3. no step of T can undo the sighting of a claim (turn a violation, or a witness, back);
 * 4. steps of T only lead forward in their program, so that others are not put off for ever.
 * Ends are kept too: a step of T that stays enabled would be possible there. (The ample-set conditions of Peled, weakened to what
 * the reachability of single states needs.)
 */
import { budgetField, IDLE } from '../../language/model.ts';
import { assignments, type Ground, type GroundStep } from '../ground/ground.ts';
import { Influence } from './influence.ts';
import { isConst, not, type Term } from '../ground/term.ts';

/** "None of these steps can happen any more", as tests of the state: all must hold. */
export interface Impossible {
  /** Counters that must stand at one of the labels, from which none of the steps can be reached. */
  readonly standing: readonly { readonly slot: number; readonly labels: readonly number[] }[];
  /** Tests that need only hold while a budget is left. */
  readonly unless: readonly {
    readonly budget: number;
    readonly standing: Impossible['standing'];
    readonly never: boolean;
  }[];
}

/** Null: cannot be told. */
export type Condition = Impossible | null;

export interface StepPlan {
  /** When the step is enabled: what makes it one of an ample set. */
  readonly first: Condition;
  /** When it is not: any of these, with the part of the guard that must be false. */
  readonly stays: readonly { readonly part: Term; readonly unsatisfied: Impossible }[];
}

export interface AmplePlan {
  readonly steps: ReadonlyMap<GroundStep, StepPlan>;
  /** By CPU: nobody else moves its counters. */
  readonly unmoved: readonly Condition[];
}

/** Labels that a counter can come to from each label, in any number of moves; the label itself included. */
function reachable(ground: Ground, slot: number): ReadonlyMap<number, ReadonlySet<number>> {
  const labels = ground.values[slot]?.labels ?? [];
  const edges = new Map<number, Set<number>>(labels.map((label) => [label, new Set([label])]));
  for (const step of ground.steps) {
    const from = step.placing[0]?.slot === slot ? [step.placing[0].label] : labels;
    assignments(step.changes, (change) => {
      if (change.slot === slot) for (const label of from) edges.get(label)?.add(change.value.lo);
    });
  }
  for (const reached of edges.values()) {
    for (const label of reached) for (const next of edges.get(label) ?? []) reached.add(next);
  }
  return edges;
}

/** The slot of the step's budget, if no step ever raises it and the step is not possible once it is 0. */
function budgetOf(ground: Ground, step: GroundStep, falling: ReadonlySet<number>): number | null {
  const budget = ground.model.steps[step.step]?.budget ?? null;
  const slot = budget === null ? undefined : ground.slots.field.get(budgetField(budget))?.base;
  if (slot === undefined || !falling.has(slot)) return null;
  const needed = (step.guard.op === 'and' ? step.guard.of : [step.guard]).some(
    (part) => part.op === 'lt' && isConst(part.left, 0) && part.right.op === 'read' && part.right.slot === slot,
  );
  return needed ? slot : null;
}

/** Slots that only ever fall. */
function fallingSlots(ground: Ground): ReadonlySet<number> {
  const falling = new Set(ground.values.keys());
  for (const step of ground.steps) {
    assignments(step.changes, ({ slot, value }) => {
      const falls = value.op === 'sub' && value.left.op === 'read' && value.left.slot === slot && value.right.lo >= 0;
      if (!falls) falling.delete(slot);
    });
  }
  return falling;
}

class Planner {
  private readonly ground: Ground;
  private readonly influence: Influence;
  private readonly reach = new Map<number, ReadonlyMap<number, ReadonlySet<number>>>();
  private readonly budgets = new Map<GroundStep, number | null>();
  /** What must not be undone once it is so. */
  private readonly sightings: readonly Term[];

  constructor(ground: Ground) {
    this.ground = ground;
    this.influence = new Influence(ground);
    for (const base of ground.slots.counter.values()) {
      const cpus = ground.model.topology.cores * ground.model.topology.threads;
      for (let cpu = 0; cpu < cpus; cpu++) this.reach.set(base + cpu, reachable(ground, base + cpu));
    }
    const falling = fallingSlots(ground);
    for (const step of ground.steps) this.budgets.set(step, budgetOf(ground, step, falling));
    this.sightings = ground.claims.flatMap(({ polarity, holds }) =>
      polarity === 'eventually' ? [] : [polarity === 'always' ? not(holds) : holds],
    );
  }

  /** When none of `steps` can happen any more, whatever else does. */
  private impossible(steps: readonly GroundStep[]): Condition {
    const groups = new Map<number | null, GroundStep[]>();
    for (const step of steps) {
      const budget = this.budgets.get(step) ?? null;
      groups.set(budget, [...(groups.get(budget) ?? []), step]);
    }
    const free = this.unreached(groups.get(null) ?? []);
    if (free === null) return null;
    const unless = [...groups].flatMap(([budget, members]) => {
      if (budget === null) return [];
      const standing = this.unreached(members);
      return [{ budget, standing: standing ?? [], never: standing === null }];
    });
    return { standing: free, unless };
  }

  /** Where the counters must stand for none of the steps to be reachable; null when there is no such place. */
  private unreached(steps: readonly GroundStep[]): Impossible['standing'] | null {
    const bySlot = new Map<number, Set<number>>();
    for (const step of steps) {
      const at = step.placing[0];
      if (at === undefined) return null;
      bySlot.set(at.slot, (bySlot.get(at.slot) ?? new Set()).add(at.label));
    }
    const standing: { slot: number; labels: number[] }[] = [];
    for (const [slot, bad] of bySlot) {
      const edges = this.reach.get(slot) ?? new Map<number, ReadonlySet<number>>();
      const labels = [...edges]
        .filter(([, reached]) => ![...bad].some((label) => reached.has(label)))
        .map(([from]) => from);
      if (labels.length === 0) return null;
      standing.push({ slot, labels });
    }
    return standing;
  }

  /** Does the step lead forward? Leaving for `idle` does, entering from it does not: every round trip enters. */
  private leadsForward(step: GroundStep): boolean {
    const at = step.placing[0];
    const context = this.ground.model.steps[step.step];
    if (at === undefined || context?.kind !== 'program') return false;
    const idle = this.ground.model.contexts.find(({ name }) => name === context.context)?.labels.indexOf(IDLE) ?? -1;
    const rank = (label: number): number => (label === idle ? Number.POSITIVE_INFINITY : label);
    let forward = true;
    assignments(step.changes, ({ slot, value }) => {
      // Moving another counter could lead that one back.
      if (slot === at.slot ? rank(value.lo) <= rank(at.label) : this.reach.has(slot)) forward = false;
    });
    return forward;
  }

  private plan(step: GroundStep, others: readonly GroundStep[]): StepPlan {
    const { influence } = this;
    const harmless =
      this.leadsForward(step) && this.sightings.every((sighting) => !influence.canFalsify(step, sighting));
    const first = harmless ? this.impossible(others.filter((other) => !influence.mayPrecede(step, other))) : null;
    const guardParts = step.guard.op === 'and' ? step.guard.of : [step.guard];
    const stays = guardParts.flatMap((part) => {
      const unsatisfied = this.impossible(others.filter((other) => influence.canSatisfy(other, part)));
      return unsatisfied === null ? [] : [{ part, unsatisfied }];
    });
    return { first, stays };
  }

  all(): AmplePlan {
    const { ground } = this;
    const { cores, threads } = ground.model.topology;
    const steps = new Map<GroundStep, StepPlan>();
    const unmoved = Array.from({ length: cores * threads }, (_, cpu): Condition => {
      const others = ground.steps.filter((step) => step.cpu !== cpu || step.environment);
      for (const step of ground.steps) {
        if (step.cpu === cpu && !step.environment) steps.set(step, this.plan(step, others));
      }
      const counters = new Set([...ground.slots.counter.values()].map((base) => base + cpu));
      return this.impossible(
        others.filter((step) => [...this.influence.writes(step)].some((slot) => counters.has(slot))),
      );
    });
    return { steps, unmoved };
  }
}

export const amplePlan = (ground: Ground): AmplePlan => new Planner(ground).all();
