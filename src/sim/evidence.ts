/** What a verdict is about and what it rests on, so that it can be cited, and checked again by somebody else. */
import type { CheckReport } from './engine/check.ts';
import type { Ending } from './engine/search/explore.ts';
import { modelChecksum } from './language/checksum.ts';
import { MEMORY } from './language/memory.ts';
import { topologyText, type Model } from './language/model.ts';
import type { Vendor } from './machine/load.ts';
import type { Assumption } from './protocols/parts/assumptions.ts';
import { assumptionsOf } from './protocols/protocol.ts';
import { sourceRead } from './protocols/sources/versions-read.ts';
import { entryOf } from './scenario/parse.ts';
import type { Case } from './scenario/scenario.ts';

export interface Evidence {
  /** Name and version of this program. */
  readonly program: string;
  /** Checksum of the model: SHA-256 in hexadecimal. */
  readonly model: string;
  readonly protocol: string;
  /** The release, commit or thread that the protocol was described from. */
  readonly source: string;
  readonly topology: string;
  readonly cpus: Vendor;
  readonly offline: readonly number[];
  readonly dormant: readonly number[];
  /** Every choice of the protocol and the value in force. */
  readonly choices: Readonly<Record<string, string>>;
  /** Those that differ from the protocol as it should be. */
  readonly variant: readonly string[];
  /** Those that may happen, and how often. */
  readonly faults: Readonly<Record<string, number | 'unlimited'>>;
  /** What the OS answers before anything happens; null when it goes ahead. */
  readonly refused: string | null;
  readonly memory: typeof MEMORY;
  /** What no step shows and every verdict rests on. */
  readonly assumptions: readonly Assumption[];
}

/** How the search for a verdict went. */
export interface SearchRecord {
  /** Every verdict is certain: every reachable state was seen, or no verdict was open any more. */
  readonly complete: boolean;
  /** Why it ended. */
  readonly ending: Ending;
  readonly states: number;
  /** Reductions that were on. */
  readonly symmetry: boolean;
  readonly partialOrder: boolean;
  /** States were told apart by their hashes alone. */
  readonly approximate: boolean;
}

export const searchRecord = ({ ending, states, reductions, expectedOmissions }: CheckReport): SearchRecord => ({
  complete: ending === 'complete' || ending === 'decided',
  ending,
  states,
  symmetry: reductions.symmetry,
  partialOrder: reductions.partialOrder,
  approximate: expectedOmissions > 0,
});

/** `model` is that of the case with all its properties; `program` the name and version of what checks it. */
export function evidenceOf(of: Case, model: Model, program: string): Evidence {
  const entry = entryOf(of);
  const { setting } = of;
  const chosen = { ...entry.chosen, ...of.choices };
  const choices = Object.entries(entry.protocol.choices).map(
    ([name, { values }]): readonly [string, string, boolean] => {
      const value = chosen[name] ?? values[0];
      return [name, value, value !== values[0]];
    },
  );
  return {
    program,
    model: modelChecksum(model),
    protocol: of.protocol,
    source: sourceRead(entry.id, entry.protocol.source),
    topology: topologyText(model.topology),
    cpus: setting.vendor,
    offline: setting.offline,
    dormant: setting.dormant,
    choices: Object.fromEntries(choices.map(([name, value]) => [name, value])),
    variant: choices.filter(([, , differs]) => differs).map(([name, value]) => `${name}=${value}`),
    faults: Object.fromEntries(
      Object.entries(model.budgets)
        .filter(([, units]) => units !== 0)
        .map(([fault, units]) => [fault, units ?? 'unlimited']),
    ),
    refused: setting.refused,
    memory: MEMORY,
    assumptions: assumptionsOf(entry.protocol, { ...entry.setting, ...setting }, chosen),
  };
}
