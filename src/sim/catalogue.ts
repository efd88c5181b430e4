/** What there is to simulate and to ask: every protocol, every property that some protocol has. */
import type { Polarity } from './language/model.ts';
import { NO_FAULTS } from './machine/faults.ts';
import { model } from './protocols/protocol.ts';
import { PROTOCOLS } from './protocols/registry.ts';

export interface ListedProtocol {
  readonly id: string;
  readonly title: string;
  readonly source: string;
}

export interface ListedProperty {
  readonly id: string;
  readonly title: string;
  readonly polarity: Polarity;
  readonly matters: string;
  /** Protocols that have it. */
  readonly protocols: readonly string[];
}

export const listedProtocols = (): ListedProtocol[] =>
  PROTOCOLS.map(({ id, title, protocol }) => ({ id, title, source: protocol.source }));

/** P2 before P10, N after P by letter. */
function order(a: string, b: string): number {
  const parts = (id: string): readonly [string, number] => [id.replace(/\d.*$/, ''), Number(/\d+/.exec(id)?.[0] ?? 0)];
  const [[kindA, numberA], [kindB, numberB]] = [parts(a), parts(b)];
  if (kindA !== kindB) return kindA < kindB ? -1 : 1;
  return numberA - numberB || (a < b ? -1 : 1);
}

/** Some properties are stated only where they mean something: where limits are reached, where CPUs may go. */
const TELLING = { ...NO_FAULTS, timeout: 1, hotplug: 1 };

export function listedProperties(): ListedProperty[] {
  const found = new Map<string, ListedProperty>();
  for (const { id, protocol, setting, chosen } of PROTOCOLS) {
    const described = model(protocol, { faults: TELLING, offline: [3], ...setting }, chosen);
    for (const { id: property, title, polarity, matters } of described.properties) {
      const known = found.get(property);
      found.set(property, {
        id: property,
        title: known?.title ?? title,
        polarity,
        matters: known?.matters ?? matters,
        protocols: [...(known?.protocols ?? []), id],
      });
    }
  }
  return [...found.values()].sort((a, b) => order(a.id, b.id));
}
