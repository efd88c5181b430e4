/** Writing effects and declaring fields. */
import { add, bind, expr, located, named, sub, type Operand, type Place } from './expressions.ts';
import type { Domain, Effect, Field, Ref, Scope } from './model.ts';

/** What a field can hold: a range of integers, which may have names. */
export interface Values<N extends string> {
  readonly min: number;
  readonly max: number;
  readonly names: readonly N[] | null;
}

/** The values of a field that is true or false. */
export const flag: Values<never> = { min: 0, max: 1, names: null };
/** The values of a field that holds the integers from `min` to `max`. */
export const range = (min: number, max: number): Values<never> => ({ min, max, names: null });
/** The values of a field that holds one of the names, the first being 0. */
export const oneOf = <const N extends string>(...names: readonly N[]): Values<N> => ({
  min: 0,
  max: names.length - 1,
  names,
});

const declare =
  (scope: Scope) =>
  <N extends string>(name: string, values: Values<N>, initial: number | readonly number[] = 0): Field<N> => ({
    name,
    scope,
    ...values,
    initial,
  });

/** Declares a field that there is one of; it begins at `initial`, 0 when left out. */
export const shared = declare('shared');
/** Declares a field that each core has; `initial` is one number for all or one for each. */
export const perCore = declare('core');
/** Declares a field that each CPU has; `initial` is one number for all or one for each. */
export const perCpu = declare('cpu');

/** Assigns; `value` may be a name of the field. What is outside its range becomes the nearer bound. */
export function set<N extends string>(target: Field<N> | Place<N>, value: Operand | NoInfer<N>): Effect {
  const field = 'field' in target ? target.field : target;
  return { do: 'set', ...located(target), value: typeof value === 'string' ? named(field, value) : expr(value) };
}

/** Adds one, up to the field's bound. */
export const increment = (target: Field | Place): Effect => set(target, add(target, 1));
/** Takes one away, down to the field's bound. */
export const decrement = (target: Field | Place): Effect => set(target, sub(target, 1));
/** Moves the CPU to a label of that context, wherever it stands. */
export const jump = (who: Ref, context: string, label: string): Effect => ({ do: 'jump', context, cpu: who, label });
/** Makes effects for every CPU of the domain in order. The callback runs once, with the variable it binds. */
export const each = (over: Domain, body: (each: Ref) => readonly Effect[]): Effect => ({
  do: 'each',
  over,
  ...bind(body),
});
/** Makes the first effects where the test is true, the second elsewhere. */
export const when = (test: Operand, yes: readonly Effect[], no: readonly Effect[] = []): Effect => ({
  do: 'when',
  test: expr(test),
  yes,
  no,
});
