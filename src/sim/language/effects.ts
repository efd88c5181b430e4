/** Writing effects and declaring fields. */
import { add, bind, expr, located, named, sub, type Operand, type Place } from './expressions.ts';
import type { Domain, Effect, Field, Ref, Scope } from './model.ts';

interface Values<N extends string> {
  readonly min: number;
  readonly max: number;
  readonly names: readonly N[] | null;
}

export const flag: Values<never> = { min: 0, max: 1, names: null };
export const range = (min: number, max: number): Values<never> => ({ min, max, names: null });
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

export const shared = declare('shared');
export const perCore = declare('core');
export const perCpu = declare('cpu');

/** Assigns; `value` may be a name of the field. */
export function set<N extends string>(target: Field<N> | Place<N>, value: Operand | NoInfer<N>): Effect {
  const field = 'field' in target ? target.field : target;
  return { do: 'set', ...located(target), value: typeof value === 'string' ? named(field, value) : expr(value) };
}

export const increment = (target: Field | Place): Effect => set(target, add(target, 1));
export const decrement = (target: Field | Place): Effect => set(target, sub(target, 1));
export const jump = (who: Ref, context: string, label: string): Effect => ({ do: 'jump', context, cpu: who, label });
export const each = (over: Domain, body: (each: Ref) => readonly Effect[]): Effect => ({
  do: 'each',
  over,
  ...bind(body),
});
export const when = (test: Operand, yes: readonly Effect[], no: readonly Effect[] = []): Effect => ({
  do: 'when',
  test: expr(test),
  yes,
  no,
});
