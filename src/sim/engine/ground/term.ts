/**
 * Expressions after grounding: every reference to a CPU has become the number of a slot, every quantifier is written
 * out. Each node carries bounds of its value, so that what is decided by the bounds of its parts is folded away where
 * it is built.
 */

interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

export type Binary = 'eq' | 'ne' | 'lt' | 'le' | 'add' | 'sub' | 'bitor';

/** A value; `and`, `or`, `not`, `among` and the comparisons are truths: 0 or 1. */
export type Term = Bounds &
  (
    | { readonly op: 'const' }
    | { readonly op: 'read'; readonly slot: number }
    /** The slot has one of these values (increasing). */
    | { readonly op: 'among'; readonly slot: number; readonly values: readonly number[] }
    | { readonly op: 'not'; readonly of: Term }
    | { readonly op: 'and' | 'or' | 'sum'; readonly of: readonly Term[] }
    | { readonly op: Binary; readonly left: Term; readonly right: Term }
    | { readonly op: 'if'; readonly test: Term; readonly yes: Term; readonly no: Term }
  );

const TRUTH: Bounds = { lo: 0, hi: 1 };

export const constant = (value: number): Term => ({ op: 'const', lo: value, hi: value });
export const NO: Term = constant(0);
export const YES: Term = constant(1);

const settled = (term: Term): Term => (term.lo === term.hi && term.op !== 'const' ? constant(term.lo) : term);
export const isConst = (term: Term, value: number): boolean => term.op === 'const' && term.lo === value;

export const read = (slot: number, { lo, hi }: Bounds): Term => settled({ op: 'read', slot, lo, hi });

export function among(slot: number, values: readonly number[], possible: readonly number[]): Term {
  const hits = possible.filter((value) => values.includes(value));
  if (hits.length === 0) return NO;
  return hits.length === possible.length ? YES : { op: 'among', slot, values: hits, ...TRUTH };
}

export const not = (of: Term): Term => {
  if (of.op === 'not') return of.of;
  return settled({ op: 'not', of, lo: 1 - of.hi, hi: 1 - of.lo });
};

/** `and` and `or`: the value `stop` of a part decides, the other one adds nothing. */
function junction(op: 'and' | 'or', parts: readonly Term[], stop: 0 | 1): Term {
  const open: Term[] = [];
  for (const part of parts) {
    for (const flat of part.op === op ? part.of : [part]) {
      if (isConst(flat, stop)) return flat;
      if (!isConst(flat, 1 - stop)) open.push(flat);
    }
  }
  const [only, ...more] = open;
  if (only === undefined) return constant(1 - stop);
  return more.length === 0 ? only : { op, of: open, ...TRUTH };
}

export const and = (...parts: readonly Term[]): Term => junction('and', parts, 0);
export const or = (...parts: readonly Term[]): Term => junction('or', parts, 1);

export function sum(parts: readonly Term[]): Term {
  const lo = parts.reduce((total, part) => total + part.lo, 0);
  const hi = parts.reduce((total, part) => total + part.hi, 0);
  return settled({ op: 'sum', of: parts, lo, hi });
}

export function choice(test: Term, yes: Term, no: Term): Term {
  if (test.op === 'const') return test.lo === 1 ? yes : no;
  return settled({ op: 'if', test, yes, no, lo: Math.min(yes.lo, no.lo), hi: Math.max(yes.hi, no.hi) });
}

/** Bounds of a bitwise or: of numbers that are not negative it is at least either, and sets no bit above theirs. */
function bitorBounds(left: Term, right: Term): Bounds {
  if (left.lo < 0 || right.lo < 0) return { lo: -(2 ** 31), hi: 2 ** 31 - 1 };
  const most = Math.max(left.hi, right.hi);
  return { lo: Math.max(left.lo, right.lo), hi: most === 0 ? 0 : 2 ** (32 - Math.clz32(most)) - 1 };
}

const decided = (yes: boolean, never: boolean): Bounds => (yes ? { lo: 1, hi: 1 } : never ? { lo: 0, hi: 0 } : TRUTH);

function binaryBounds(op: Binary, left: Term, right: Term): Bounds {
  const apart = left.hi < right.lo || right.hi < left.lo;
  const equal = left.lo === left.hi && right.lo === right.hi && left.lo === right.lo;
  switch (op) {
    case 'eq':
      return decided(equal, apart);
    case 'ne':
      return decided(apart, equal);
    case 'lt':
      return decided(left.hi < right.lo, left.lo >= right.hi);
    case 'le':
      return decided(left.hi <= right.lo, left.lo > right.hi);
    case 'add':
      return { lo: left.lo + right.lo, hi: left.hi + right.hi };
    case 'sub':
      return { lo: left.lo - right.hi, hi: left.hi - right.lo };
    case 'bitor': {
      if (left.op === 'const' && right.op === 'const') return { lo: left.lo | right.lo, hi: left.lo | right.lo };
      return bitorBounds(left, right);
    }
  }
}

export const binary = (op: Binary, left: Term, right: Term): Term =>
  settled({ op, left, right, ...binaryBounds(op, left, right) });

/** Calls `visit` with every slot that the value depends on. */
export function slotsRead(term: Term, visit: (slot: number) => void): void {
  switch (term.op) {
    case 'const':
      return;
    case 'read':
    case 'among':
      visit(term.slot);
      return;
    case 'not':
      slotsRead(term.of, visit);
      return;
    case 'and':
    case 'or':
    case 'sum':
      for (const part of term.of) slotsRead(part, visit);
      return;
    case 'if':
      slotsRead(term.test, visit);
      slotsRead(term.yes, visit);
      slotsRead(term.no, visit);
      return;
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'add':
    case 'sub':
    case 'bitor':
      slotsRead(term.left, visit);
      slotsRead(term.right, visit);
  }
}
