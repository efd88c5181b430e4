/**
 * What one step can do to another, derived from their trees: can it make a condition false (or true), and does the order
 * of the two matter for the state they lead to? Every answer errs on the side of yes.
 */
import { evaluate } from '../ground/evaluate.ts';
import { assignments, type Ground, type GroundStep, type Values } from '../ground/ground.ts';
import { touchedBy } from '../ground/symmetry.ts';
import { and, among, isConst, not, slotsRead, type Term } from '../ground/term.ts';

type Assignment = Parameters<Parameters<typeof assignments>[1]>[0];

/** How a step changes one slot, as far as the order of two changes is concerned. */
type Update =
  | { readonly by: 'up' | 'down' }
  | { readonly by: 'constant'; readonly value: number }
  | { readonly by: 'other' };

/** More combinations of slot values than this are not tried. */
const MOST_COMBINATIONS = 4096;
const WIDEST = 64;

export const slotsOfTerm = (term: Term): Set<number> => {
  const slots = new Set<number>();
  slotsRead(term, (slot) => slots.add(slot));
  return slots;
};

const parts = (term: Term): readonly Term[] => (term.op === 'and' ? term.of : [term]);

/** What the effects of a step do, apart from what enables it. */
interface Effects {
  readonly writes: ReadonlyMap<number, readonly Update[]>;
  /** Slots that decide what is written, except for a counter that only counts. */
  readonly reads: ReadonlySet<number>;
  readonly assignments: readonly Assignment[];
}

function updateOf({ slot, value }: Assignment): Update {
  if (value.op === 'const') return { by: 'constant', value: value.lo };
  if ((value.op === 'add' || value.op === 'sub') && value.left.op === 'read' && value.left.slot === slot) {
    const up = value.op === 'add' ? value.right : { lo: -value.right.hi, hi: -value.right.lo, op: value.right.op };
    if (up.op === 'const') return { by: up.lo >= 0 ? 'up' : 'down' };
  }
  return { by: 'other' };
}

function effectsOf(step: GroundStep): Effects {
  const writes = new Map<number, Update[]>();
  const made: Assignment[] = [];
  const { reads } = touchedBy(step.changes.filter(({ do: kind }) => kind === 'when'));
  const read = new Set(reads);
  assignments(step.changes, (assignment) => {
    made.push(assignment);
    const update = updateOf(assignment);
    writes.set(assignment.slot, [...(writes.get(assignment.slot) ?? []), update]);
    if (update.by === 'other') slotsRead(assignment.value, (slot) => read.add(slot));
  });
  return { writes, reads: read, assignments: made };
}

/** Two changes of a slot that lead to the same value in either order. Saturating steps in one direction do. */
const updatesCommute = (left: readonly Update[], right: readonly Update[]): boolean => {
  const all = [...left, ...right];
  const [first] = all;
  if (first === undefined || first.by === 'other') return first === undefined;
  if (first.by === 'constant') return all.every((update) => update.by === 'constant' && update.value === first.value);
  return all.every((update) => update.by === first.by);
};

export class Influence {
  private readonly values: readonly Values[];
  private readonly effects = new Map<GroundStep, Effects>();
  private readonly enabling = new Map<GroundStep, Term>();
  private readonly flips = new Map<GroundStep, Map<Term, boolean>>();

  constructor({ values, steps }: Ground) {
    this.values = values;
    for (const step of steps) this.effects.set(step, effectsOf(step));
  }

  private possible(slot: number): readonly number[] {
    const { lo, hi, labels } = this.values[slot] ?? { lo: 0, hi: 0, labels: null };
    return labels ?? Array.from({ length: hi - lo + 1 }, (_, index) => lo + index);
  }

  /** Placing and guard as one condition. */
  condition(step: GroundStep): Term {
    const known = this.enabling.get(step);
    if (known !== undefined) return known;
    const placing = step.placing.map(({ slot, label }) => among(slot, [label], this.possible(slot)));
    const condition = and(...placing, step.guard);
    this.enabling.set(step, condition);
    return condition;
  }

  private effectsOf(step: GroundStep): Effects {
    return this.effects.get(step) ?? effectsOf(step);
  }

  /** Slots that a step assigns. */
  writes(step: GroundStep): Iterable<number> {
    return this.effectsOf(step).writes.keys();
  }

  /** Can the step turn `condition` from true to false? It cannot unless it can do so to a part of a conjunction. */
  canFalsify(step: GroundStep, condition: Term): boolean {
    let known = this.flips.get(step);
    if (known === undefined) this.flips.set(step, (known = new Map()));
    const before = known.get(condition);
    if (before !== undefined) return before;
    const answer =
      condition.op === 'and' || condition.op === 'or'
        ? // Each part that was true stays true: so does the whole.
          condition.of.some((part) => this.canFalsify(step, part))
        : condition.op === 'not' && (condition.of.op === 'and' || condition.of.op === 'or')
          ? condition.of.of.some((part) => this.canFalsify(step, not(part)))
          : this.canFalsifyAtom(step, condition);
    known.set(condition, answer);
    return answer;
  }

  private canFalsifyAtom(step: GroundStep, atom: Term): boolean {
    const slots = [...slotsOfTerm(atom)];
    const { writes, assignments: made } = this.effectsOf(step);
    if (!slots.some((slot) => writes.has(slot))) return false;
    const condition = parts(this.condition(step)).map((part) => ({ part, slots: slotsOfTerm(part) }));
    return made
      .filter(({ slot }) => slots.includes(slot))
      .some((assignment) => {
        // What the step's own condition says of a slot is true until the step has written it.
        const fresh = (slot: number): boolean =>
          slot === assignment.slot ? writes.get(slot)?.length === 1 : !writes.has(slot);
        const usable = condition.filter((known) =>
          [...known.slots].every((slot) => slots.includes(slot) && fresh(slot)),
        );
        return this.falsifies(
          assignment,
          atom,
          slots,
          usable.map(({ part }) => part),
        );
      });
  }

  private falsifies(assignment: Assignment, atom: Term, slots: readonly number[], known: readonly Term[]): boolean {
    const choices = slots.map((slot) => this.possible(slot));
    if (choices.reduce((product, { length }) => product * length, 1) > MOST_COMBINATIONS) return true;
    const self = [...slotsOfTerm(assignment.value)].every((slot) => slots.includes(slot));
    const clamp = (value: number): number => Math.min(assignment.max, Math.max(assignment.min, value));
    const [lo, hi] = [clamp(assignment.value.lo), clamp(assignment.value.hi)];
    if (!self && hi - lo > WIDEST) return true;
    const results = (before: ReadonlyMap<number, number>): number[] =>
      self
        ? [clamp(evaluate(assignment.value, before))]
        : Array.from({ length: hi - lo + 1 }, (_, index) => lo + index);
    const before = new Map<number, number>();
    const search = (depth: number): boolean => {
      const slot = slots[depth];
      if (slot !== undefined)
        return (choices[depth] ?? []).some((value) => (before.set(slot, value), search(depth + 1)));
      if (evaluate(atom, before) !== 1 || known.some((part) => evaluate(part, before) !== 1)) return false;
      return results(before).some((after) => evaluate(atom, new Map(before).set(assignment.slot, after)) !== 1);
    };
    return search(0);
  }

  /** Do the effects of both lead to the same state in either order? */
  effectsCommute(left: GroundStep, right: GroundStep): boolean {
    const [a, b] = [this.effectsOf(left), this.effectsOf(right)];
    for (const [slot, updates] of a.writes) {
      if (b.reads.has(slot)) return false;
      const others = b.writes.get(slot);
      if (others !== undefined && !updatesCommute(updates, others)) return false;
    }
    for (const slot of b.writes.keys()) if (a.reads.has(slot)) return false;
    return true;
  }

  /**
   * May `early`, enabled now, be taken before `late` instead of after it: `late` cannot disable it, it cannot disable `late`, and
   * the state is the same?
   */
  mayPrecede(early: GroundStep, late: GroundStep): boolean {
    return (
      this.effectsCommute(early, late) &&
      !this.canFalsify(late, this.condition(early)) &&
      !this.canFalsify(early, this.condition(late))
    );
  }

  /** Can the step turn `condition` from false to true? */
  canSatisfy(step: GroundStep, condition: Term): boolean {
    return !isConst(condition, 1) && this.canFalsify(step, not(condition));
  }
}
