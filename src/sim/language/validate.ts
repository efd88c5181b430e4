/** What can be wrong in a description, found when it is defined. Problems are sentences that name the place. */
import {
  budgetField,
  cpuCount,
  IDLE,
  type Context,
  type Effect,
  type Expr,
  type Field,
  type Model,
  type Ref,
  type Step,
} from './model.ts';
import { shapeProblems } from './shape.ts';
import { walkEffect, walkExpr, type Visitor } from './walk.ts';

/** Field values stay in what a Promela `short` holds. */
const SMALLEST = -32_768;
const LARGEST = 32_767;

interface World {
  readonly fields: ReadonlyMap<string, Field>;
  readonly contexts: ReadonlyMap<string, Context>;
  readonly roles: Model['roles'];
  readonly cpus: number;
}

const NUMBERS: ReadonlySet<Expr['op']> = new Set<Expr['op']>(['count', 'add', 'sub', 'bitor']);

/** A truth by construction: 0 or 1 whatever the state. */
function isTruth(expr: Expr, fields: World['fields']): boolean {
  if (expr.op === 'const') return expr.value === 0 || expr.value === 1;
  if (expr.op === 'if') return isTruth(expr.yes, fields) && isTruth(expr.no, fields);
  if (expr.op === 'read') {
    const field = fields.get(expr.field);
    return field === undefined || (field.min === 0 && field.max <= 1);
  }
  return !NUMBERS.has(expr.op);
}

function fieldProblems(field: Field, model: Model): string[] {
  const problems: string[] = [];
  const { name, min, max, names, initial } = field;
  const say = (text: string): number => problems.push(`field ${name}: ${text}`);
  if (!Number.isInteger(min) || !Number.isInteger(max) || min > max) say(`${min}..${max} is not a range of integers`);
  if (min < SMALLEST || max > LARGEST) say(`${min}..${max} leaves ${SMALLEST}..${LARGEST}`);
  if (names !== null && (min !== 0 || max !== names.length - 1)) say('its names do not number its range from 0');
  if (names !== null && new Set(names).size !== names.length) say('it names a value twice');
  const instances = { shared: 1, core: model.topology.cores, cpu: cpuCount(model.topology) }[field.scope];
  const values = typeof initial === 'number' ? [initial] : initial;
  if (typeof initial !== 'number' && values.length !== instances) {
    say(`${values.length} initial values for ${instances} instances`);
  }
  const outside = values.find((value) => !Number.isInteger(value) || value < min || value > max);
  if (outside !== undefined) say(`initial value ${outside} is outside ${min}..${max}`);
  return problems;
}

/** Checks one tree; `mover` says whether `me` means somebody. */
function treeChecker(where: string, world: World, mover: boolean, problems: string[]): Visitor {
  const say = (text: string): number => problems.push(`${where}: ${text}`);
  const located = (name: string, at: Ref | null): Field | undefined => {
    const field = world.fields.get(name);
    if (field === undefined) say(`unknown field ${name}: \`fields\` does not list it`);
    else if (field.scope === 'shared' && at !== null) say(`shared field ${name} has no owner`);
    else if (field.scope !== 'shared' && at === null) say(`field ${name} needs an owner`);
    return field;
  };
  const fits = (field: Field | undefined, value: Expr, verb: string): void => {
    if (field === undefined || value.op !== 'const') return;
    if (value.value < field.min || value.value > field.max) {
      say(`${value.value} ${verb} ${field.name}, which is ${field.min}..${field.max}`);
    }
  };
  const truth = (expr: Expr, what: string): void => {
    if (!isTruth(expr, world.fields)) say(`${what} is not a truth`);
  };
  const label = (context: string, name: string): void => {
    const known = world.contexts.get(context);
    if (known === undefined) say(`unknown context ${context}`);
    else if (!known.labels.includes(name)) say(`unknown label ${name} in context ${context}`);
  };
  const compared = (read: Expr, value: Expr): void => {
    if (read.op === 'read') fits(world.fields.get(read.field), value, 'compared with');
  };
  return {
    ref(ref, bound) {
      if (ref.ref === 'me' && !mover) say('a property has no CPU called me');
      if (ref.ref === 'bound' && !bound.includes(ref.name)) say(`variable ${ref.name} is bound nowhere`);
      if (ref.ref === 'cpu' && !(Number.isInteger(ref.id) && ref.id >= 0 && ref.id < world.cpus)) {
        say(`CPU ${ref.id} of ${world.cpus}`);
      }
    },
    expr(expr) {
      if (expr.op === 'read') located(expr.field, expr.at);
      if (expr.op === 'stands') for (const name of expr.labels) label(expr.context, name);
      if (expr.op === 'role' && world.roles[expr.role] === undefined) say(`unknown role ${expr.role}`);
      if (expr.op === 'const' && !Number.isInteger(expr.value)) say(`${expr.value} is no integer`);
      if (expr.op === 'not') truth(expr.of, 'what not denies');
      if (expr.op === 'and' || expr.op === 'or') for (const of of expr.of) truth(of, `a part of ${expr.op}`);
      if (expr.op === 'if') truth(expr.test, 'the test of a choice');
      if (expr.op === 'all' || expr.op === 'any' || expr.op === 'count') truth(expr.body, `the body of ${expr.op}`);
      if (expr.op === 'eq' || expr.op === 'ne') {
        compared(expr.left, expr.right);
        compared(expr.right, expr.left);
      }
    },
    effect(effect: Effect) {
      if (effect.do === 'set') fits(located(effect.field, effect.at), effect.value, 'assigned to');
      if (effect.do === 'jump') label(effect.context, effect.label);
      if (effect.do === 'when') truth(effect.test, 'the test of an effect');
    },
  };
}

/** Two programs that give the same CPU the same label: which of them would it execute? */
function overlaps(model: Model): string[] {
  const owners = new Map<string, Set<string>>();
  for (const step of model.steps) {
    if (step.kind === 'environment') continue;
    const key = `label ${step.label} in context ${step.context}`;
    owners.set(key, (owners.get(key) ?? new Set()).add(step.who));
  }
  return [...owners].flatMap(([key, whos]) => {
    const roles = [...whos].map((who) => model.roles[who] ?? []);
    const twice = roles[0]?.findIndex((_, id) => roles.filter((has) => has[id] === true).length > 1) ?? -1;
    return twice < 0 ? [] : [`${key} is written twice for CPU ${twice}: for ${[...whos].join(' and for ')}`];
  });
}

/** Labels at which each CPU can arrive: by its own steps from its first line, or because some step makes it jump there. */
function arrivals(model: Model, context: Context): ReadonlySet<string>[] {
  const jumps = model.steps.flatMap(({ who, effects }) => {
    const found: { readonly who: string; readonly label: string }[] = [];
    for (const effect of effects) {
      walkEffect(effect, {
        effect: (inner) => {
          if (inner.do !== 'jump' || inner.context !== context.name) return;
          // Whom else it moves is not worked out: anybody.
          found.push({ who: inner.cpu.ref === 'me' ? who : 'every', label: inner.label });
        },
      });
    }
    return found;
  });
  const steps = model.steps.filter((step) => step.kind === 'program' && step.context === context.name);
  return context.start.map((start, id) => {
    const moved = jumps.filter(({ who }) => model.roles[who]?.[id] === true).map(({ label }) => label);
    const reached = new Set([context.labels[start] ?? IDLE, ...moved]);
    for (const label of reached) {
      for (const step of steps) {
        if (step.kind === 'program' && step.label === label && model.roles[step.who]?.[id] === true)
          reached.add(step.next);
      }
    }
    return reached;
  });
}

function labelProblems(model: Model): string[] {
  return model.contexts.flatMap((context) => {
    const reached = arrivals(model, context);
    const unreached = context.labels
      .filter((label) => label !== IDLE && !reached.some((set) => set.has(label)))
      .map((label) => `label ${label} in context ${context.name} is reached by nobody`);
    const moves = new Set(
      model.steps.flatMap((step) =>
        step.kind === 'program' && step.context === context.name
          ? [...(model.roles[step.who] ?? []).entries()].filter(([, has]) => has).map(([id]) => `${id} ${step.label}`)
          : [],
      ),
    );
    const stuck = context.labels.filter(
      (label) =>
        !context.final.includes(label) &&
        reached.some(
          (set, id) =>
            set.has(label) && !moves.has(`${id} ${label}`) && context.labels[context.start[id] ?? 0] !== IDLE,
        ),
    );
    return [
      ...unreached,
      ...stuck.map((label) => `label ${label} in context ${context.name} has no move and is no rest`),
    ];
  });
}

function stepProblems(model: Model, world: World): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const step of model.steps) {
    const say = (text: string): number => problems.push(`step ${step.id}: ${text}`);
    if (ids.has(step.id)) say('is written twice');
    ids.add(step.id);
    if (model.roles[step.who] === undefined) say(`unknown role ${step.who}`);
    if (step.budget !== null && model.budgets[step.budget] === undefined)
      say(`unknown budget ${step.budget}: \`budgets\` does not name it`);
    if (step.kind === 'program') {
      const context = world.contexts.get(step.context);
      if (context === undefined) say(`unknown context ${step.context}`);
      else if (!context.labels.includes(step.label)) say(`unknown label ${step.label}`);
      else if (step.next === '') say('the last line must say where to go');
      else if (!context.labels.includes(step.next)) say(`unknown label ${step.next}`);
    }
    const checker = treeChecker(`step ${step.id}`, world, true, problems);
    walkExpr(step.guard, checker);
    if (!isTruth(step.guard, world.fields)) say('its guard is not a truth');
    for (const effect of step.effects) walkEffect(effect, checker);
  }
  return problems;
}

/** What `define` never gets wrong: numbers and lists that refer to the labels and to the CPUs. */
function contextProblems({ name, labels, start, final, spin }: Context, cpus: number): string[] {
  const problems: string[] = [];
  const say = (text: string): number => problems.push(`context ${name}: ${text}`);
  if (labels[0] !== IDLE) say(`its first label must be ${IDLE}`);
  for (const label of twice(labels)) say(`label ${label} is there twice`);
  if (start.length !== cpus) say(`${start.length} CPUs start in it, not ${cpus}`);
  const astray = start.find((label) => !(Number.isInteger(label) && label >= 0 && label < labels.length));
  if (astray !== undefined) say(`a CPU starts at label number ${astray} of ${labels.length}`);
  if (!final.includes(IDLE)) say(`${IDLE} must be final`);
  for (const label of [...final, ...spin]) if (!labels.includes(label)) say(`unknown label ${label}`);
  return problems;
}

/** Whether the trees of a step say what its budget says: possible only while something is left, and spending it. */
function budgetProblems(step: Step, { budgets }: Model): string[] {
  const units = step.budget === null ? null : budgets[step.budget];
  if (step.budget === null || units === undefined || units === null) return [];
  const name = budgetField(step.budget);
  let [asked, spent] = [false, false];
  walkExpr(step.guard, { expr: (expr) => void (asked ||= expr.op === 'read' && expr.field === name) });
  const visitor: Visitor = { effect: (effect) => void (spent ||= effect.do === 'set' && effect.field === name) };
  for (const effect of step.effects) walkEffect(effect, visitor);
  return [
    ...(asked ? [] : [`step ${step.id}: its guard does not ask whether budget ${step.budget} is spent`]),
    ...(spent ? [] : [`step ${step.id}: its effects do not spend budget ${step.budget}`]),
  ];
}

function countedBudgets({ budgets, fields }: Model): string[] {
  return Object.entries(budgets).flatMap(([name, units]) => {
    if (units === null) return [];
    if (!Number.isInteger(units) || units < 0) return [`budget ${name}: ${units} is no number of units`];
    const counter = fields.find((field) => field.name === budgetField(name));
    return counter?.scope === 'shared' && counter.min === 0 && counter.initial === units
      ? []
      : [`budget ${name}: no shared field ${budgetField(name)} counts down from ${units}`];
  });
}

const twice = (names: readonly string[]): readonly string[] => names.filter((name, at) => names.indexOf(name) !== at);

/** Every problem of a model, in the order of its parts; none when it is well made. */
export function problemsOf(model: Model): readonly string[] {
  const shapeless = shapeProblems(model);
  if (shapeless.length > 0) return shapeless;
  const world: World = {
    fields: new Map(model.fields.map((field) => [field.name, field])),
    contexts: new Map(model.contexts.map((context) => [context.name, context])),
    roles: model.roles,
    cpus: cpuCount(model.topology),
  };
  const { packages = 1, cores, threads } = model.topology;
  if (![packages, cores / packages, threads].every((count) => Number.isInteger(count) && count > 0)) {
    return [`${cores} cores of ${threads} threads in ${packages} packages is no machine`];
  }
  const problems = [
    ...twice(model.fields.map((field) => field.name)).map((name) => `field ${name} is declared twice`),
    ...twice(model.contexts.map((context) => context.name)).map((name) => `context ${name} is declared twice`),
    ...twice(model.properties.map((property) => property.id)).map((id) => `property ${id} is stated twice`),
    ...Object.entries(model.roles)
      .filter(([, has]) => has.length !== world.cpus)
      .map(([name, has]) => `role ${name} is given for ${has.length} of ${world.cpus} CPUs`),
    ...(model.roles['every']?.every((has) => has) === true ? [] : ['role every is not everybody']),
    ...model.fields.flatMap((field) => fieldProblems(field, model)),
    ...model.contexts.flatMap((context) => contextProblems(context, world.cpus)),
    ...countedBudgets(model),
    ...model.steps.flatMap((step) => budgetProblems(step, model)),
    ...stepProblems(model, world),
    ...overlaps(model),
    ...labelProblems(model),
  ];
  for (const { id, holds } of model.properties) {
    walkExpr(holds, treeChecker(`property ${id}`, world, false, problems));
    if (!isTruth(holds, world.fields)) problems.push(`property ${id}: it is not a truth`);
  }
  return problems;
}

/** A model that is wrong in itself: whoever described it is told every mistake, with its place. */
export class ModelError extends Error {
  /** A sentence each. */
  readonly problems: readonly string[];
  constructor(model: string, problems: readonly string[]) {
    super(`${model}: ${problems.join('; ')}`);
    this.name = 'ModelError';
    this.problems = problems;
  }
}

/** What is no model may have no name either. */
const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
    ? value.name
    : 'no model';

/** Found well made, and frozen since with all that is in them, so that they still are. */
const accepted = new WeakSet<Model>();
const frozen = new WeakSet<object>();

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || frozen.has(value)) return;
  frozen.add(Object.freeze(value));
  for (const part of Object.values(value)) freeze(part);
}

/**
 * The door of everything that gives a model a meaning (interpreter.ts, ground.ts): whoever simulates, checks, exports or retells one comes through
 * here. An accepted model is frozen, so that it need not be looked at again.
 * @throws ModelError with every problem found
 */
export function requireSound(model: Model): void {
  if (accepted.has(model)) return;
  const problems = problemsOf(model);
  if (problems.length > 0) throw new ModelError(nameOf(model), problems);
  freeze(model);
  accepted.add(model);
}
