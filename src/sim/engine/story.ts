/** A run step by step, and what each CPU waits for at its end. */
import { interpreter, type Interpreter, type Move } from '../language/interpret.ts';
import { IDLE, type Expr, type Model, type ProgramStep, type Step } from '../language/model.ts';
import { instances, type State } from '../language/slots.ts';
import { walkExpr } from '../language/walk.ts';
import { phrase, phraseValue } from './phrase.ts';

/** A variable that a step has changed. */
export interface VariableChange {
  readonly field: string;
  /** Whose: a CPU, a core (by number), or nobody's: shared. */
  readonly owner: { readonly cpu: number } | { readonly core: number } | null;
  readonly before: string;
  readonly after: string;
}

/** One step of a story. */
export interface RunStep {
  /** From 1. */
  readonly number: number;
  readonly cpu: number;
  /** Null: the environment did it to that CPU. */
  readonly context: string | null;
  /** The step's id in the model. */
  readonly step: string;
  /** Labels, for a program step. */
  readonly from: string | null;
  readonly to: string | null;
  readonly note: string | null;
  /** The function, manual or thread that the step follows; null for the environment and where nobody has said. */
  readonly source: string | null;
  readonly changes: readonly VariableChange[];
}

/** Where one CPU stands at the end of a run. */
export interface Standing {
  readonly cpu: number;
  /** The contexts it is in, the interrupting one first. */
  readonly at: readonly { readonly context: string; readonly label: string }[];
  /** It may stay there for ever. */
  readonly resting: boolean;
  /** Conditions of the moves it cannot make, with the values they look at: what it waits for. */
  readonly waitsFor: readonly string[];
}

/** A run step by step, and what each CPU waits for at its end. */
export interface RunSteps {
  readonly steps: readonly RunStep[];
  readonly end: readonly Standing[];
}

function changesBetween(model: Model, { slots }: Interpreter, before: State, after: State): VariableChange[] {
  return [...slots.field.values()].flatMap(({ base, field }) =>
    Array.from({ length: instances(field, model) }, (_, i) => i).flatMap((i): VariableChange[] => {
      const [old, new_] = [before[base + i] ?? 0, after[base + i] ?? 0];
      if (old === new_) return [];
      const owner = { shared: null, core: { core: i }, cpu: { cpu: i } }[field.scope];
      const value = (number: number): string => phraseValue(model, field.name, number);
      return [{ field: field.name, owner, before: value(old), after: value(new_) }];
    }),
  );
}

function placesOf(
  model: Model,
  { slots }: Interpreter,
  state: State,
  cpu: number,
): { context: string; label: string }[] {
  return model.contexts
    .map(({ name, labels }) => ({
      context: name,
      label: labels[state[(slots.counter.get(name) ?? 0) + cpu] ?? 0] ?? IDLE,
    }))
    .filter(({ label }, level) => label !== IDLE || level === 0)
    .reverse();
}

/** Fields of its own or shared that a condition looks at, with their values: `out is 1`. */
function valuesIn(model: Model, { slots }: Interpreter, condition: Expr, state: State, cpu: number): string[] {
  const found = new Map<string, string>();
  walkExpr(condition, {
    expr(expr) {
      if (expr.op !== 'read' || (expr.at !== null && expr.at.ref !== 'me')) return;
      const known = slots.field.get(expr.field);
      if (known === undefined) return;
      const own = { shared: 0, core: Math.floor(cpu / model.topology.threads), cpu }[known.field.scope];
      found.set(expr.field, phraseValue(model, expr.field, state[known.base + own] ?? 0));
    },
  });
  return [...found].map(([field, value]) => `${field} is ${value}`);
}

function standingOf(meaning: Interpreter, state: State, cpu: number): Standing {
  const { model } = meaning;
  const at = placesOf(model, meaning, state, cpu);
  const resting = at.every(({ context, label }) =>
    model.contexts.find(({ name }) => name === context)?.final.includes(label),
  );
  const [top] = at;
  const here = model.steps.filter(
    (step, index): step is ProgramStep =>
      step.kind === 'program' &&
      step.context === top?.context &&
      step.label === top.label &&
      model.roles[step.who]?.[cpu] === true &&
      !meaning.isEnabled(state, { step: index, cpu }),
  );
  const waitsFor = here.map(({ guard }) => {
    const values = valuesIn(model, meaning, guard, state, cpu);
    return `${phrase(guard)}${values.length === 0 ? '' : ` (${values.join(', ')})`}`;
  });
  return { cpu, at, resting, waitsFor: resting ? [] : waitsFor };
}

function told(
  step: Step | undefined,
  number: number,
  cpu: number,
  changes: readonly VariableChange[],
  to: string | null,
  origin: Origin,
): RunStep {
  if (step === undefined) throw new RangeError('a move of another model');
  const program = step.kind === 'program' ? step : null;
  return {
    number,
    cpu,
    context: program?.context ?? null,
    step: step.id,
    from: program?.label ?? null,
    to: program === null ? null : to,
    note: step.note,
    source: program === null ? null : origin(program.context, program.who),
    changes,
  };
}

/** Whose code the program of a role in a context follows. */
export type Origin = (context: string, who: string) => string | null;

/**
 * The story of a run: each step with what it changes, then where every CPU stands and what it waits for.
 * @param origin names the source of each step, where somebody knows it
 * @throws RangeError when a move is not possible where it stands, ModelError when the model is wrong in itself
 */
export function runSteps(model: Model, moves: readonly Move[], origin: Origin = () => null): RunSteps {
  const meaning = interpreter(model);
  let state = meaning.initial();
  const steps = moves.map((move, index) => {
    if (!meaning.isEnabled(state, move)) throw new RangeError(`move ${index + 1} is not possible`);
    const after = meaning.apply(state, move);
    const step = model.steps[move.step];
    const changes = changesBetween(model, meaning, state, after);
    const context = model.contexts.find(({ name }) => step?.kind === 'program' && name === step.context);
    const label = context?.labels[after[(meaning.slots.counter.get(context.name) ?? 0) + move.cpu] ?? 0] ?? null;
    state = after;
    return told(step, index + 1, move.cpu, changes, label, origin);
  });
  const cpus = Array.from({ length: model.topology.cores * model.topology.threads }, (_, cpu) => cpu);
  return { steps, end: cpus.map((cpu) => standingOf(meaning, state, cpu)) };
}
