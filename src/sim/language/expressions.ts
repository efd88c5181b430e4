/** Writing expressions. Every function here returns data; a callback runs once, at definition, with the variable it binds. */
import type { Arithmetic, Comparison, Domain, Expr, Field, Ref } from './model.ts';

/** A field of a particular CPU (or of its core): `at(latch, target)`. */
export interface Place<N extends string = string> {
  readonly field: Field<N>;
  readonly at: Ref;
}

/** Where a value is expected: a field alone means one's own (`me`), one's core's, or the shared one. */
export type Operand = Expr | Field | Place | number | boolean;

/** The CPU that takes the step. Has no meaning in a property. */
export const me: Ref = { ref: 'me' };
/** The CPU with that id. It breaks the symmetry of the machine: prefer a role. */
export const cpu = (id: number): Ref => ({ ref: 'cpu', id });
/** The first thread of the core of `of`. */
export const firstOf = (of: Ref): Ref => ({ ref: 'first', of });

/** The field of that CPU, or of its core. A field alone is one's own. */
export const at = <N extends string>(field: Field<N>, where: Ref): Place<N> => ({ field, at: where });

function isField(operand: Exclude<Operand, number | boolean>): operand is Field {
  return 'scope' in operand;
}

function isPlace(operand: Exclude<Operand, number | boolean>): operand is Place {
  return 'field' in operand && !('op' in operand) && !('do' in operand);
}

/** A field or place as the pair the tree stores: shared fields have no owner. */
export function located(target: Field | Place): { readonly field: string; readonly at: Ref | null } {
  const field = isField(target) ? target : target.field;
  const owner = isField(target) ? me : target.at;
  return { field: field.name, at: field.scope === 'shared' ? null : owner };
}

export function expr(operand: Operand): Expr {
  if (typeof operand === 'number') return { op: 'const', value: operand };
  if (typeof operand === 'boolean') return { op: 'const', value: operand ? 1 : 0 };
  if (isField(operand) || isPlace(operand)) return { op: 'read', ...located(operand) };
  return operand;
}

/**
 * The value called `name` in the field's list.
 * @throws RangeError when the field has no such name: a mistake in the description.
 */
export function named<N extends string>(field: Field<N>, name: N): Expr {
  const value = field.names?.indexOf(name) ?? -1;
  if (value < 0) throw new RangeError(`field ${field.name} has no value called ${name}`);
  return { op: 'const', value, text: name };
}

const pair =
  (op: Comparison | Arithmetic) =>
  (left: Operand, right: Operand): Expr => ({ op, left: expr(left), right: expr(right) });

/** `left` is `right`. */
export const eq = pair('eq');
/** `left` is not `right`. */
export const ne = pair('ne');
/** `left` is less than `right`. */
export const lt = pair('lt');
/** `left` is at most `right`. */
export const le = pair('le');
/** The sum; it never overflows. */
export const add = pair('add');
/** The difference; it never overflows. */
export const sub = pair('sub');
/** The bitwise or, of two's complement. */
export const bitor = pair('bitor');

/** The opposite of a truth. */
export const not = (of: Operand): Expr => ({ op: 'not', of: expr(of) });
/** Every one of these truths; of none, true. */
export const and = (...of: readonly Operand[]): Expr => ({ op: 'and', of: of.map(expr) });
/** One of these truths at least; of none, false. */
export const or = (...of: readonly Operand[]): Expr => ({ op: 'or', of: of.map(expr) });
/** If the first is true, so is the second. */
export const implies = (premise: Operand, conclusion: Operand): Expr => or(not(premise), conclusion);
/** `yes` where the test is true, `no` elsewhere. */
export const choose = (test: Operand, yes: Operand, no: Operand): Expr => ({
  op: 'if',
  test: expr(test),
  yes: expr(yes),
  no: expr(no),
});

export const TRUE: Expr = { op: 'const', value: 1 };

/** The field has one of the named values. */
export function is<N extends string>(target: Field<N> | Place<N>, ...names: readonly NoInfer<N>[]): Expr {
  const field = 'field' in target ? target.field : target;
  const tests = names.map((name) => eq(target, named(field, name)));
  const [only, ...more] = tests;
  return only !== undefined && more.length === 0 ? only : { op: 'or', of: tests };
}

/** The CPU stands, in that context, at one of the labels. */
export const stands = (who: Ref, context: string, ...labels: readonly string[]): Expr => ({
  op: 'stands',
  context,
  labels,
  cpu: who,
});
/** The CPU has that role. */
export const hasRole = (who: Ref, role: string): Expr => ({ op: 'role', role, cpu: who });
/** Both name one CPU. */
export const same = (left: Ref, right: Ref): Expr => ({ op: 'same', left, right });

/** All CPUs. */
export const cpus: Domain = { over: 'cpus' };
/** The first thread of every core. */
export const cores: Domain = { over: 'cores' };
/** All threads of the core of `of`. */
export const coreOf = (of: Ref): Domain => ({ over: 'core', of });
/** All threads of the core of `of` but itself. */
export const siblingsOf = (of: Ref): Domain => ({ over: 'siblings', of });
/** The other threads of one's own core. */
export const siblings: Domain = siblingsOf(me);

let depth = 0;

/** Names the variable by its nesting depth, so that equal descriptions are equal data. */
export function bind<T>(body: (bound: Ref) => T): { readonly as: string; readonly body: T } {
  const as = `c${depth}`;
  depth += 1;
  try {
    return { as, body: body({ ref: 'bound', name: as }) };
  } finally {
    depth -= 1;
  }
}

const quantifier =
  (op: 'all' | 'any' | 'count') =>
  (over: Domain, test: (each: Ref) => Operand): Expr => ({ op, over, ...bind((each) => expr(test(each))) });

/** The test is true of every CPU of the domain; of none, true. The callback runs once, with the variable it binds. */
export const all = quantifier('all');
/** The test is true of some CPU of the domain; of none, false. The callback runs once, with the variable it binds. */
export const any = quantifier('any');
/** Of how many CPUs of the domain the test is true. The callback runs once, with the variable it binds. */
export const count = quantifier('count');
