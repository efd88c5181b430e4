/** What one timed run comes to: for each CPU, for the caller, and for whoever waits for the machine to come back. */
import { interpreter } from '../language/interpret.ts';
import type { Message } from '../protocols/protocol.ts';
import { cpuCount, IDLE, type Model } from '../language/model.ts';
import { slotsOf } from '../language/slots.ts';
import { halted } from '../machine/panic.ts';
import type { Case } from '../scenario/scenario.ts';
import type { Run } from './run.ts';

export interface CpuResult {
  readonly cpu: number;
  readonly revision: 'old' | 'new' | null;
  /** The protocol's own code for the CPU, by name where it has one. */
  readonly outcome: string | null;
  /** Label of the context it stands in at the end. */
  readonly at: string;
  /** Microseconds from its first step to its last label; null: it never comes back. */
  readonly blackoutUs: number | null;
}

export interface RunResult {
  /** What the caller gets, by name where there is one; null when nobody is answered any more. */
  readonly answer: string | null;
  readonly cpus: readonly CpuResult[];
  /** Microseconds from the first CPU's first step until the last one is back; null: some CPU never is. */
  readonly blackoutUs: number | null;
  readonly panicked: boolean;
  /** What the OS has logged at the end. */
  readonly messages: readonly string[];
  /** Waits that gave up: step ids and CPUs, in order. */
  readonly timeouts: readonly { readonly step: string; readonly cpu: number; readonly us: number }[];
  /** Properties violated on the way or at the end, in order. */
  readonly violated: readonly { readonly property: string; readonly us: number }[];
  readonly endsUs: number;
  readonly steps: number;
}

const us = (ns: number): number => ns / 1000;

interface Reading {
  readonly value: (field: string, instance: number) => number | undefined;
  readonly name: (field: string, instance: number) => string | null;
  readonly label: (cpu: number) => { readonly label: string; readonly final: boolean };
}

function reading(model: Model, state: Run['final']): Reading {
  const slots = slotsOf(model);
  const value = (field: string, instance: number): number | undefined => {
    const known = slots.field.get(field);
    return known === undefined ? undefined : state[known.base + instance];
  };
  return {
    value,
    name(field, instance) {
      const number = value(field, instance);
      if (number === undefined) return null;
      return slots.field.get(field)?.field.names?.[number] ?? String(number);
    },
    label(cpu) {
      for (const { name, labels, final } of model.contexts.toReversed()) {
        const label = labels[state[(slots.counter.get(name) ?? 0) + cpu] ?? 0] ?? IDLE;
        if (label !== IDLE || name === model.contexts[0]?.name) return { label, final: final.includes(label) };
      }
      return { label: IDLE, final: true };
    },
  };
}

export interface Reported {
  readonly answer: string | null;
  readonly outcome: string | null;
  readonly messages?: readonly Message[];
}

export function resultOf(run: Run, { answer, outcome, messages = [] }: Reported): RunResult {
  const { model, final, trace } = run;
  const read = reading(model, final);
  const { evaluate } = interpreter(model);
  const n = cpuCount(model.topology);
  const lowest = model.contexts[0]?.name;
  const first = Array.from({ length: n }, () => -1);
  const last = Array.from({ length: n }, () => -1);
  for (const { ns, cpu, step } of trace) {
    const taken = model.steps[step];
    if (taken?.kind !== 'program' || taken.context !== lowest) continue;
    if ((first[cpu] ?? -1) < 0) first[cpu] = ns;
    last[cpu] = ns;
  }
  const cpus = first.map((begun, cpu): CpuResult => {
    const { label, final } = read.label(cpu);
    const revision = read.value('revision', cpu);
    return {
      cpu,
      revision: revision === undefined ? null : revision === 1 ? 'new' : 'old',
      outcome: outcome === null ? null : read.name(outcome, cpu),
      at: label,
      blackoutUs: label === halted.label ? null : begun < 0 ? 0 : final ? us((last[cpu] ?? begun) - begun) : null,
    };
  });
  const begun = first.filter((ns) => ns >= 0);
  const panicked = read.value('panicked', 0) === 1;
  const back = cpus.every(({ blackoutUs }) => blackoutUs !== null);
  const timeouts = trace.flatMap(({ ns, cpu, step }) => {
    const taken = model.steps[step];
    return taken?.budget === 'timeout' ? [{ step: taken.id, cpu, us: us(ns) }] : [];
  });
  return {
    answer: answer === null || panicked ? null : read.name(answer, 0),
    cpus,
    blackoutUs: back ? us(Math.max(0, ...last) - Math.min(...(begun.length > 0 ? begun : [0]))) : null,
    panicked,
    // A refused load has a model of its own, without the fields that messages look at.
    messages:
      model.name === 'refused' || panicked
        ? []
        : messages.filter(({ when }) => evaluate(when, final) !== 0).map(({ says }) => says),
    timeouts,
    violated: run.broken.map(({ property, ns }) => ({ property, us: us(ns) })),
    endsUs: us(run.ns),
    steps: trace.length,
  };
}

/** Where a run differs from what a scenario expects of it, in sentences; none when it is as expected. */
export function differences({ run: expected }: Case, result: RunResult): string[] {
  if (expected === null) return [];
  const wrong: string[] = [];
  const compare = (what: string, wanted: string | undefined, found: string): void => {
    if (wanted !== undefined && wanted !== found) wrong.push(`${what}: expected ${wanted}, found ${found}`);
  };
  const updated = result.cpus.filter(({ revision }) => revision === 'new').map(({ cpu }) => cpu);
  const violated = result.violated.map(({ property }) => property);
  compare('answer', expected.answer?.toString(), result.answer ?? 'nothing');
  compare('updated CPUs', expected.updated?.toSorted((a, b) => a - b).join(), updated.join());
  compare('panic', expected.panics?.toString(), String(result.panicked));
  compare('violated', expected.violated?.toSorted().join(), violated.sort().join());
  const blackout = Math.max(...result.cpus.map(({ blackoutUs }) => blackoutUs ?? Infinity));
  const { min, max } = expected.blackoutUs ?? {};
  if (min !== undefined && blackout < min) wrong.push(`blackout: expected at least ${min} us, found ${blackout}`);
  if (max !== undefined && blackout > max) wrong.push(`blackout: expected at most ${max} us, found ${blackout}`);
  if (expected.endsByUs !== undefined && result.endsUs > expected.endsByUs) {
    wrong.push(`end: expected by ${expected.endsByUs} us, found ${result.endsUs}`);
  }
  return wrong;
}
