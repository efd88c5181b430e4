/** What a CPU at a label can do next, and which fields, when they change, could let it: worked out once for each label. */
import { counterOf, footprintOf, type Access } from '../language/footprint.ts';
import { cpuCount, IDLE, type Model, type ProgramStep } from '../language/model.ts';
import { walkExpr } from '../language/walk.ts';

export interface Alternative {
  readonly index: number;
  readonly step: ProgramStep;
}

/** Where a CPU stands: the label of its highest context. */
export interface Place {
  /** Steps of that label, and the entries of the contexts above. */
  readonly alternatives: readonly Alternative[];
  /** Variables that the guards look at on the CPU itself and on its core, and those they look at anywhere. */
  readonly near: readonly string[];
  readonly far: readonly string[];
}

export interface Places {
  /** By context index, label index and CPU. */
  readonly at: (context: number, label: number, cpu: number) => Place;
  /** What a step writes, by step index. */
  readonly writes: readonly (readonly Access[])[];
  /** Whether a step moves other CPUs, by step index. */
  readonly jumps: readonly boolean[];
}

const NOTHING: Place = { alternatives: [], near: [], far: [] };

/** Variables in the guard. Their reach may be wider than the guard's own, by what the effects read. */
function looksAt(step: ProgramStep, model: Model): readonly Access[] {
  const seen = new Set<string>();
  walkExpr(step.guard, {
    expr(expr) {
      if (expr.op === 'read') seen.add(expr.field);
      if (expr.op === 'stands') seen.add(counterOf(expr.context));
    },
  });
  return footprintOf(step, model).reads.filter(({ variable }) => seen.has(variable));
}

/** The roles of each CPU, as a key: CPUs with the same roles have the same places. */
function castKeys(model: Model): readonly string[] {
  const names = Object.keys(model.roles);
  const n = cpuCount(model.topology);
  return Array.from({ length: n }, (_, cpu) => names.filter((name) => model.roles[name]?.[cpu] === true).join());
}

export function placesOf(model: Model): Places {
  const steps = model.steps.flatMap((step, index) => (step.kind === 'program' ? [{ index, step }] : []));
  const looks = new Map(steps.map(({ index, step }) => [index, looksAt(step, model)]));
  const keys = castKeys(model);
  const table = new Map<string, Place>();
  for (const key of new Set(keys)) {
    const roles = new Set(key.split(','));
    const beginning = (context: string, label: string): readonly Alternative[] =>
      steps.filter(({ step }) => step.context === context && step.label === label && roles.has(step.who));
    for (const [context, { name, labels }] of model.contexts.entries()) {
      const entries = model.contexts.slice(context + 1).flatMap((above) => beginning(above.name, IDLE));
      for (const [label, text] of labels.entries()) {
        const alternatives = [...beginning(name, text), ...entries];
        const accesses = alternatives.flatMap(({ index }) => looks.get(index) ?? []);
        const reaching = (far: boolean): readonly string[] => [
          ...new Set(accesses.filter(({ whose }) => (whose === 'any') === far).map(({ variable }) => variable)),
        ];
        table.set(`${context} ${label} ${key}`, { alternatives, near: reaching(false), far: reaching(true) });
      }
    }
  }
  const footprints = model.steps.map((step) => footprintOf(step, model));
  const counters = new Set(model.contexts.map(({ name }) => counterOf(name)));
  const flat = model.contexts.map(({ labels }, context) =>
    labels.map((_, label) => keys.map((key) => table.get(`${context} ${label} ${key}`) ?? NOTHING)),
  );
  return {
    at: (context, label, cpu) => flat[context]?.[label]?.[cpu] ?? NOTHING,
    writes: footprints.map(({ writes }) => writes),
    jumps: footprints.map(({ writes }) =>
      writes.some(({ variable, whose }) => counters.has(variable) && whose !== 'own'),
    ),
  };
}
