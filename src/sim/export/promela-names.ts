/** What the variables and labels of a model are called in Promela. */
import type { Model } from '../language/model.ts';
import { instances, type Slots } from '../language/slots.ts';

/** Words that Promela or the C program made from it has other uses for. */
const TAKEN: ReadonlySet<string> = new Set(
  (
    'active assert atomic bit bool break byte chan d_step do else empty enabled end eval false fi for full goto hidden if in ' +
    'init inline int len local ltl mtype nempty never nfull notrace np_ od of pc_value pid printf priority proctype provided ' +
    'run select short show skip timeout trace true typedef unless unsigned xr xs main now'
  ).split(' '),
);

/** Gives each text an identifier of its own. */
class Identifiers {
  private readonly given = new Map<string, string>();
  private readonly used = new Set<string>(TAKEN);

  of(text: string): string {
    const known = this.given.get(text);
    if (known !== undefined) return known;
    const plain = text.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
    let name = plain;
    for (let number = 2; this.used.has(name); number++) name = `${plain}_${number}`;
    this.used.add(name);
    this.given.set(text, name);
    return name;
  }
}

export interface PromelaNames {
  /** `callin[2]`; a shared field has no index. */
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
  const declare = (text: string, base: number, size: number): void => {
    const name = identifiers.of(text);
    variables.push({ name, base, size });
    for (let i = 0; i < Math.max(1, size); i++) slot[base + i] = size === 0 ? name : `${name}[${i}]`;
  };
  for (const { base, field } of slots.field.values()) {
    declare(field.name, base, field.scope === 'shared' ? 0 : instances(field, model));
  }
  const defines: string[] = [];
  const cpus = model.topology.cores * model.topology.threads;
  for (const context of model.contexts) {
    const base = slots.counter.get(context.name) ?? 0;
    declare(`pc_${context.name}`, base, cpus);
    const names = context.labels.map((label) => identifiers.of(`at_${context.name}_${label}`));
    defines.push(...names.map((name, label) => `#define ${name} ${label}`));
    for (let cpu = 0; cpu < cpus; cpu++) labels.set(base + cpu, names);
  }
  return { slot, value: (of, value) => labels.get(of)?.[value] ?? String(value), defines, variables };
}
