/** Short names for what the tests of protocols ask. */
import { type Faults, NO_FAULTS } from '../../../src/sim/machine/faults.ts';
import { type Choices, type Chosen, model, type Protocol } from '../../../src/sim/protocols/protocol.ts';
import type { Setting } from '../../../src/sim/protocols/setting.ts';
import { search } from './search.ts';

export interface Verdicts {
  readonly states: number;
  /** Ids of `always` and `eventually` properties that some run violates, `deadlock` among them, sorted. */
  readonly violated: readonly string[];
  /** Ids of `sometimes` properties that no run satisfies. */
  readonly unreached: readonly string[];
  /** Shortest path to what is asked for. */
  readonly path: (id: string) => readonly string[];
}

export function verdicts<C extends Choices>(
  protocol: Protocol<C>,
  setting: Partial<Setting> = {},
  chosen: Partial<Chosen<C>> = {},
): Verdicts {
  const described = model(protocol, setting, chosen);
  const found = search(described);
  const sometimes = new Set(described.properties.filter((p) => p.polarity === 'sometimes').map((p) => p.id));
  const violated = [...found.decided.keys()].filter((id) => !sometimes.has(id));
  return {
    states: found.states,
    violated: [...violated, ...(found.stuck === undefined ? [] : ['deadlock'])].sort(),
    unreached: [...sometimes].filter((id) => !found.decided.has(id)),
    path: (id) => (id === 'deadlock' ? found.stuck : found.decided.get(id)) ?? [],
  };
}

export const faults = (some: Partial<Faults>): Faults => ({ ...NO_FAULTS, ...some });
