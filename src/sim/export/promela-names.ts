/** What the variables and labels of a model are called in Promela. */
import type { Model } from '../language/model.ts';
import { instances, type Slots } from '../language/slots.ts';

/** Gives each text an identifier of its own, with a prefix that keeps it apart from Promela's words and the names in pan.c. */
class Identifiers {
  private readonly used = new Set<string>();

  of(prefix: string, text: string): string {
    const plain = `${prefix}_${text.replaceAll(/\W/g, '_')}`;
    let name = plain;
    for (let number = 2; this.used.has(name); number++) name = `${plain}_${number}`;
    this.used.add(name);
    return name;
  }
}

export interface PromelaNames {
  /** `v_callin[2]`; a shared field has no index. */
  readonly slot: readonly string[];
  /** Text of a value of the slot: a label's name for a program counter. */
  value(slot: number, value: number): string;
  /** `#define` lines of the labels. */
  readonly defines: readonly string[];
  /** One per field and counter: name and first slot; the number of instances, 0 for a single variable. */
  readonly variables: readonly { readonly name: string; readonly base: number; readonly size: number }[];
}

export function promelaNames(model: Model, slots: Slots): PromelaNames {
  const identifiers = new Identifiers();
  const slot: string[] = [];
  const labels = new Map<number, readonly string[]>();
  const variables: { name: string; base: number; size: number }[] = [];
  const declare = (name: string, base: number, size: number): void => {
    variables.push({ name, base, size });
    for (let i = 0; i < Math.max(1, size); i++) slot[base + i] = size === 0 ? name : `${name}[${i}]`;
  };
  for (const { base, field } of slots.field.values()) {
    declare(identifiers.of('v', field.name), base, field.scope === 'shared' ? 0 : instances(field, model));
  }
  const defines: string[] = [];
  const cpus = model.topology.cores * model.topology.threads;
  for (const context of model.contexts) {
    const base = slots.counter.get(context.name) ?? 0;
    declare(identifiers.of('pc', context.name), base, cpus);
    const names = context.labels.map((label) => identifiers.of('at', `${context.name}_${label}`));
    defines.push(...names.map((name, label) => `#define ${name} ${label}`));
    for (let cpu = 0; cpu < cpus; cpu++) labels.set(base + cpu, names);
  }
  return { slot, value: (of, value) => labels.get(of)?.[value] ?? String(value), defines, variables };
}
