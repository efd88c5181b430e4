/** Where each variable of a model stands in a plain, unpacked state. */
import { cpuCount, type Field, type Model } from './model.ts';

/** One 32-bit number for each instance of each field, then the program counters (label indices), context by context. */
export type State = Int32Array;

export interface Slots {
  /** Length of a state. */
  readonly size: number;
  /** First slot of each field; instance i (core or CPU id) is i further. */
  readonly field: ReadonlyMap<string, { readonly base: number; readonly field: Field }>;
  /** Slot of CPU 0's program counter in each context; CPU i's is i further. */
  readonly counter: ReadonlyMap<string, number>;
}

export function instances(field: Field, model: Model): number {
  return { shared: 1, core: model.topology.cores, cpu: cpuCount(model.topology) }[field.scope];
}

export function slotsOf(model: Model): Slots {
  let size = 0;
  const take = (count: number): number => {
    const base = size;
    size += count;
    return base;
  };
  const field = new Map(
    model.fields.map((field) => [field.name, { base: take(instances(field, model)), field }] as const),
  );
  const counter = new Map(model.contexts.map((context) => [context.name, take(cpuCount(model.topology))] as const));
  return { size, field, counter };
}

export function initialState(model: Model, slots: Slots = slotsOf(model)): State {
  const state = new Int32Array(slots.size);
  for (const { base, field } of slots.field.values()) {
    for (let i = 0; i < instances(field, model); i++) {
      state[base + i] = typeof field.initial === 'number' ? field.initial : (field.initial[i] ?? 0);
    }
  }
  for (const context of model.contexts) state.set(context.start, slots.counter.get(context.name) ?? 0);
  return state;
}
