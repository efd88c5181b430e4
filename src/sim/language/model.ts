/**
 * A model: guarded commands over declared, finite state. Plain data throughout (it survives JSON), so that one description
 * is interpreted, compiled, timed, exported to Promela, drawn and documented. The meaning of every construct is in
 * docs/simulator-language.md; expressions.ts, effects.ts and program.ts are the way to write one.
 */

/** `cores` equal cores of `threads` logical CPUs each. CPU id = core * threads + thread; cores are numbered through the packages. */
export interface Topology {
  /** Equal packages that the cores are in; one when left out. Only time tells them apart. */
  readonly packages?: number;
  /** Cores of the whole machine. */
  readonly cores: number;
  /** Threads of each core. */
  readonly threads: number;
}

/** Names one CPU. A core is named by any of its threads. */
export type Ref =
  /** The CPU that takes the step. Has no meaning in a property. */
  | { readonly ref: 'me' }
  /** The variable of an enclosing quantifier or loop. */
  | { readonly ref: 'bound'; readonly name: string }
  /** CPU id. Breaks the symmetry of the CPU it names: prefer a role. */
  | { readonly ref: 'cpu'; readonly id: number }
  /** The first thread of the core of `of`. */
  | { readonly ref: 'first'; readonly of: Ref };

/** The CPUs that a quantifier, a count or a loop runs over, in order of their ids. */
export type Domain =
  | { readonly over: 'cpus' }
  /** The first thread of every core. */
  | { readonly over: 'cores' }
  /** All threads of the core of `of`. */
  | { readonly over: 'core'; readonly of: Ref }
  /** The same but `of` itself. */
  | { readonly over: 'siblings'; readonly of: Ref };

export type Comparison = 'eq' | 'ne' | 'lt' | 'le';
export type Arithmetic = 'add' | 'sub' | 'bitor';

/** A value. Truth is 0 or 1; `not`, `and`, `or`, tests and guards take only expressions that are a truth by construction. */
export type Expr =
  /** `text` is how people read the number (a name of the field it is compared with); it has no meaning. */
  | { readonly op: 'const'; readonly value: number; readonly text?: string }
  /** `at` is null for a shared field. */
  | { readonly op: 'read'; readonly field: string; readonly at: Ref | null }
  /** CPU `cpu` stands, in that context, at one of the labels. */
  | { readonly op: 'stands'; readonly context: string; readonly labels: readonly string[]; readonly cpu: Ref }
  | { readonly op: 'role'; readonly role: string; readonly cpu: Ref }
  | { readonly op: 'same'; readonly left: Ref; readonly right: Ref }
  | { readonly op: 'not'; readonly of: Expr }
  | { readonly op: 'and' | 'or'; readonly of: readonly Expr[] }
  | { readonly op: Comparison | Arithmetic; readonly left: Expr; readonly right: Expr }
  | { readonly op: 'if'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly op: 'all' | 'any' | 'count'; readonly over: Domain; readonly as: string; readonly body: Expr };

/** A change. The effects of a step run in order, each on the state the one before it left; together they are atomic. */
export type Effect =
  /** Saturates: a value outside the field's range becomes the nearer bound. */
  | { readonly do: 'set'; readonly field: string; readonly at: Ref | null; readonly value: Expr }
  /** Moves another CPU's, or one's own, program counter of a context. */
  | { readonly do: 'jump'; readonly context: string; readonly cpu: Ref; readonly label: string }
  | { readonly do: 'each'; readonly over: Domain; readonly as: string; readonly body: readonly Effect[] }
  | {
      readonly do: 'when';
      readonly test: Expr;
      readonly yes: readonly Effect[];
      readonly no: readonly Effect[];
    };

export type Scope = 'shared' | 'core' | 'cpu';

/** A variable. Its values are the integers min..max; `names`, when given, names them from 0 up (min is 0 then). */
export interface Field<N extends string = string> {
  readonly name: string;
  readonly scope: Scope;
  readonly min: number;
  readonly max: number;
  readonly names: readonly N[] | null;
  /** One value for all instances, or one for each (cores or CPUs, by id). */
  readonly initial: number | readonly number[];
}

/** What a CPU does in one context of execution: its labels, `IDLE` first. */
export interface Context {
  readonly name: string;
  readonly labels: readonly string[];
  /** Label index at which each CPU starts, by CPU id. */
  readonly start: readonly number[];
  /** Labels at which a CPU may rest for ever. `IDLE` always is one. */
  readonly final: readonly string[];
  /** Labels inside a wait loop that is known to execute nothing but its own few instructions. */
  readonly spin: readonly string[];
}

/** The label of a CPU that is not in that context. */
export const IDLE = 'idle';

interface StepCommon {
  /** Unique in the model, stable: `context/who/label`, then `#2`, `#3` for further alternatives at the label. */
  readonly id: string;
  /** Role whose CPUs may take it. */
  readonly who: string;
  readonly guard: Expr;
  readonly effects: readonly Effect[];
  /** Taking the step uses one unit of this budget; without one left it is not enabled. */
  readonly budget: string | null;
  /** Names the latency of the timed engine: how long the step stays enabled before it happens. null: no time of its own. */
  readonly cost: string | null;
  /** The line of the original source, where the label does not say it. */
  readonly note: string | null;
}

/** A CPU at `label` of `context` with no higher context entered may, if the guard holds, make the effects and go to `next`. */
export interface ProgramStep extends StepCommon {
  readonly kind: 'program';
  readonly context: string;
  readonly label: string;
  readonly next: string;
}

/** A move of the environment upon a CPU of the role (`me`): a fault, an interrupt, a delay. It never counts as progress. */
export interface EnvironmentStep extends StepCommon {
  readonly kind: 'environment';
}

export type Step = ProgramStep | EnvironmentStep;

/** In which states a property has to hold. */
export type Polarity =
  /** In every reachable state. */
  | 'always'
  /** In some reachable state: protects an `always` from holding because nothing happened. */
  | 'sometimes'
  /** In every state in which only the environment can still move: what every fair, finished run has reached. */
  | 'eventually';

/** What is claimed of a model's states. */
export interface Property {
  readonly id: string;
  readonly title: string;
  readonly polarity: Polarity;
  readonly holds: Expr;
  /** Why a person should care when it is violated. */
  readonly matters: string;
}

/** A protocol on one machine, ready to be checked: plain data that survives JSON. docs/simulator-language.md says what each part means. */
export interface Model {
  readonly name: string;
  readonly topology: Topology;
  /** Role -> whether CPU id has it. `every` is always there. */
  readonly roles: Readonly<Record<string, readonly boolean[]>>;
  readonly fields: readonly Field[];
  /** Lowest first: a context above interrupts those below it on the same CPU. */
  readonly contexts: readonly Context[];
  /** Moves of the program and of the environment. */
  readonly steps: readonly Step[];
  /** Units of each budget. A shared field `budget NAME` counts what is left; null is unlimited and has no field. */
  readonly budgets: Readonly<Record<string, number | null>>;
  readonly properties: readonly Property[];
}

export function cpuCount(topology: Topology): number {
  return topology.cores * topology.threads;
}

/** Package of a CPU, from 0. */
export function packageOf({ packages = 1, cores, threads }: Topology, cpu: number): number {
  return Math.floor(cpu / (threads * (cores / packages)));
}

/** `2x28x2` (packages, cores of each, threads of each), `28x2` when there is one package. */
export function topologyText({ packages = 1, cores, threads }: Topology): string {
  return packages === 1 ? `${cores}x${threads}` : `${packages}x${cores / packages}x${threads}`;
}

/** The shared field that holds what is left of a budget. */
export function budgetField(budget: string): string {
  return `budget ${budget}`;
}
