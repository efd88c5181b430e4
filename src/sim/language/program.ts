/** Programs as people read them: a list of labelled lines, control falling from each to the next. */
import { and, expr, lt, TRUE, type Operand } from './expressions.ts';
import {
  budgetField,
  cpuCount,
  IDLE,
  type Context,
  type Effect,
  type EnvironmentStep,
  type Expr,
  type Field,
  type Model,
  type ProgramStep,
  type Property,
  type Topology,
} from './model.ts';
import { requireSound } from './validate.ts';

/** One alternative at a label: possible when its guard holds, then everything in one step. */
export interface Move {
  /** Always when left out. */
  readonly when?: Operand;
  readonly do?: readonly Effect[];
  /** Default: the label of the following line. */
  readonly goto?: string;
  /** It uses one unit of this budget. */
  readonly budget?: string;
  /** Name of its latency in a timed run. */
  readonly cost?: string;
  readonly note?: string;
}

/** A label with its alternatives; written by `line`, `rest` or `spin`. */
export interface Line {
  readonly label: string;
  readonly moves: readonly Move[];
  readonly final: boolean;
  readonly spin: boolean;
}

/** The lines that CPUs of role `who` execute in `context`. A CPU starts at the first line. */
export interface Program {
  readonly context: string;
  readonly who: string;
  readonly lines: readonly Line[];
}

/** What the environment may do to a CPU (`me`) at any time: a fault, an interrupt, a delay. */
export interface EnvironmentMove {
  readonly name: string;
  /** Default: `every`. */
  readonly who?: string;
  readonly budget: string;
  readonly when?: Operand;
  readonly do: readonly Effect[];
  readonly cost?: string;
  readonly note?: string;
}

/** A model as it is written down: `define` makes it one. */
export interface Definition {
  readonly name: string;
  readonly topology: Topology;
  readonly roles: Readonly<Record<string, readonly boolean[]>>;
  readonly fields: readonly Field[];
  /** Lowest first. */
  readonly contexts: readonly string[];
  readonly programs: readonly Program[];
  readonly environment?: readonly EnvironmentMove[];
  readonly budgets?: Readonly<Record<string, number | null>>;
  readonly properties: readonly Property[];
}

const bare =
  (final: boolean, spin: boolean) =>
  (label: string, ...moves: readonly Move[]) => ({
    label,
    moves,
    final,
    spin,
  });

/** A line with its alternatives; control falls to the next line unless one says `goto`. */
export const line: (label: string, ...moves: readonly Move[]) => Line = bare(false, false);
/** A line at which resting for ever is no deadlock. */
export const rest: (label: string, ...moves: readonly Move[]) => Line = bare(true, false);
/** A line inside a wait loop that executes nothing but its own few instructions. */
export const spin: (label: string, ...moves: readonly Move[]) => Line = bare(false, true);

/** The lines that CPUs of role `who` execute in `context`; a CPU starts at the first one, or is idle there when that is the line `idle`. */
export const program = (context: string, who: string, lines: readonly Line[]): Program => ({ context, who, lines });

/** A role: the CPUs for which `holds`, given core and thread numbers. */
export function role(
  { cores, threads }: Topology,
  holds: (core: number, thread: number, id: number) => boolean,
): readonly boolean[] {
  return Array.from({ length: cores * threads }, (_, id) => holds(Math.floor(id / threads), id % threads, id));
}

/** Leaves out the programs of roles that no CPU has (there is no offline thread on this machine, say). */
export const populated = (programs: readonly Program[], roles: Model['roles']): readonly Program[] =>
  programs.filter(({ who }) => who === 'every' || roles[who]?.includes(true) !== false);

function guarded(when: Operand | undefined, budget: string | undefined, budgets: Model['budgets']): Expr {
  const guard = when === undefined ? TRUE : expr(when);
  if (budget === undefined || budgets[budget] === null) return guard;
  const left: Expr = lt(0, { op: 'read', field: budgetField(budget), at: null });
  return when === undefined ? left : and(left, guard);
}

function spending(
  effects: readonly Effect[],
  budget: string | undefined,
  budgets: Model['budgets'],
): readonly Effect[] {
  if (budget === undefined || budgets[budget] === null) return effects;
  const field = budgetField(budget);
  const left: Expr = { op: 'sub', left: { op: 'read', field, at: null }, right: { op: 'const', value: 1 } };
  return [{ do: 'set', field, at: null, value: left }, ...effects];
}

function stepsOf(program: Program, budgets: Model['budgets']): ProgramStep[] {
  return program.lines.flatMap((line, index) =>
    line.moves.map((move, alternative) => ({
      kind: 'program' as const,
      id: `${program.context}/${program.who}/${line.label}${alternative === 0 ? '' : `#${alternative + 1}`}`,
      context: program.context,
      who: program.who,
      label: line.label,
      guard: guarded(move.when, move.budget, budgets),
      effects: spending(move.do ?? [], move.budget, budgets),
      next: move.goto ?? program.lines[index + 1]?.label ?? '',
      budget: move.budget ?? null,
      cost: move.cost ?? null,
      note: move.note ?? null,
    })),
  );
}

function environmentStep(move: EnvironmentMove, budgets: Model['budgets']): EnvironmentStep {
  return {
    kind: 'environment',
    id: `environment/${move.name}`,
    who: move.who ?? 'every',
    guard: guarded(move.when, move.budget, budgets),
    effects: spending(move.do, move.budget, budgets),
    budget: move.budget,
    cost: move.cost ?? null,
    note: move.note ?? null,
  };
}

function contextOf(name: string, programs: readonly Program[], roles: Model['roles'], n: number): Context {
  const own = programs.filter((program) => program.context === name);
  const lines = own.flatMap((program) => program.lines);
  const labels = [...new Set([IDLE, ...lines.map((line) => line.label)])];
  const start = Array.from({ length: n }, (_, id) => {
    const first = own.find((program) => roles[program.who]?.[id] === true)?.lines[0]?.label ?? IDLE;
    return labels.indexOf(first);
  });
  const marked = (mark: 'final' | 'spin') => [...new Set(lines.filter((line) => line[mark]).map((line) => line.label))];
  return { name, labels, start, final: [...new Set([IDLE, ...marked('final')])], spin: marked('spin') };
}

/**
 * The model of a description.
 * @throws ModelError with every problem found: an undeclared field, budget, role, label or context, a constant outside the range of
 * the field it is assigned to or compared with, a label written twice or never reached, a guard that is not a truth ...
 */
export function define(definition: Definition): Model {
  const { name, topology } = definition;
  const n = cpuCount(topology);
  const budgets = definition.budgets ?? {};
  const roles: Model['roles'] = { every: Array.from({ length: n }, () => true), ...definition.roles };
  const programs = populated(definition.programs, roles);
  const allowances = Object.entries(budgets).flatMap(([budget, units]): Field[] =>
    units === null
      ? []
      : [{ name: budgetField(budget), scope: 'shared', min: 0, max: units, names: null, initial: units }],
  );
  const model: Model = {
    name,
    topology,
    roles,
    fields: [...definition.fields, ...allowances],
    contexts: definition.contexts.map((context) => contextOf(context, programs, roles, n)),
    steps: [
      ...programs.flatMap((program) => stepsOf(program, budgets)),
      ...(definition.environment ?? []).map((move) => environmentStep(move, budgets)),
    ],
    budgets,
    properties: definition.properties,
  };
  requireSound(model);
  return model;
}
