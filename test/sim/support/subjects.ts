/** Bundled protocols on small machines with small misfortunes, for tests that go through all of them. */
import type { Model, Topology } from '../../../src/sim/language/model.ts';
import { NO_FAULTS, type Faults } from '../../../src/sim/machine/faults.ts';
import { model } from '../../../src/sim/protocols/protocol.ts';
import { type Entry, PROTOCOLS } from '../../../src/sim/protocols/registry.ts';

export interface Subject {
  readonly name: string;
  readonly model: Model;
}

const FAULTS = Object.keys(NO_FAULTS) as (keyof Faults)[];

export function subject(
  { id, protocol, chosen, setting }: Entry,
  topology: Topology,
  faults: Partial<Faults>,
): Subject {
  const budgets = Object.entries(faults).map(([fault, units]) => `${fault}=${units}`);
  return {
    name: [`${id} ${topology.cores}x${topology.threads}`, ...budgets].join(' '),
    model: model(protocol, { topology, ...setting, faults: { ...NO_FAULTS, ...faults } }, chosen),
  };
}

/** Every protocol, or each of `entries`, without faults and with each fault once that can befall it. */
export const everySubject = (topology: Topology, entries: readonly Entry[] = PROTOCOLS): Subject[] =>
  entries.flatMap((entry) => [
    subject(entry, topology, {}),
    ...FAULTS.map((fault) => ({ fault, ...subject(entry, topology, { [fault]: 1 }) })).filter(({ fault, model }) =>
      model.steps.some(({ budget }) => budget === fault),
    ),
  ]);
