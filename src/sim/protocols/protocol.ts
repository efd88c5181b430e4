/** A protocol is a family of models: one description, with its variants and deliberate mistakes as named choices. */
import type { Expr, Model } from '../language/model.ts';
import type { Assumption } from './parts/assumptions.ts';
import { refusedModel } from './parts/refused.ts';
import { type Setting, SETTING } from './setting.ts';

/** A point where variants differ. The first value is the protocol as it should be. */
export interface Choice<V extends string = string> {
  readonly about: string;
  readonly values: readonly [V, ...V[]];
}

export type Choices = Readonly<Record<string, Choice>>;

export type Chosen<C extends Choices> = { readonly [K in keyof C]: C[K] extends Choice<infer V> ? V : never };

export const choice = <const V extends string>(about: string, ...values: readonly [V, ...V[]]): Choice<V> => ({
  about,
  values,
});

/** A line that the OS logs when the run is over and `when` holds. */
export interface Message {
  readonly says: string;
  readonly when: Expr;
}

export interface Protocol<C extends Choices = Choices> {
  readonly id: string;
  readonly title: string;
  /** Where it comes from: releases, commits, list threads. */
  readonly source: string;
  readonly choices: C;
  /** Fields that hold what the caller gets (shared) and what became of each CPU (per CPU). */
  readonly answer: string | null;
  readonly outcome: string | null;
  /** What the OS logs at the end; none when left out. */
  readonly messages?: readonly Message[];
  /** What the verdicts on such a model rest on beside its steps; nothing when left out. */
  assumes?(setting: Setting, chosen: Chosen<C>): readonly Assumption[];
  // A method, so that a protocol with particular choices is a protocol.
  build(setting: Setting, chosen: Chosen<C>): Model;
}

/** The first value of each choice, which is the protocol as it should be, where nothing else is chosen. */
function completed<C extends Choices>({ choices }: Protocol<C>, chosen: Partial<Chosen<C>>): Chosen<C> {
  const usual = Object.fromEntries(Object.entries(choices).map(([name, { values }]) => [name, values[0]]));
  return { ...usual, ...chosen } as Chosen<C>;
}

/** What verdicts on the model of the same arguments rest on; never throws. */
export const assumptionsOf = <C extends Choices>(
  protocol: Protocol<C>,
  setting: Partial<Setting> = {},
  chosen: Partial<Chosen<C>> = {},
): readonly Assumption[] => protocol.assumes?.({ ...SETTING, ...setting }, completed(protocol, chosen)) ?? [];

/**
 * The model of a protocol on a machine. What is not given is the usual: two cores of two threads without faults, the first value of each
 * choice, which is the protocol as it should be. For an entry of `PROTOCOLS` pass its own `setting` and `chosen` along.
 * @throws ModelError, an Error that lists what is wrong, when no model comes of it, such as for a machine without CPUs
 */
export function model<C extends Choices>(
  protocol: Protocol<C>,
  setting: Partial<Setting> = {},
  chosen: Partial<Chosen<C>> = {},
): Model {
  const given = { ...SETTING, ...setting };
  if (given.refused !== null && protocol.answer !== null) return refusedModel(protocol.answer, given, given.refused);
  return protocol.build(given, completed(protocol, chosen));
}
