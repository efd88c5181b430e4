import { describe, expect, test } from 'vitest';
import { and, all, cpus, hasRole, implies, not, stands } from '../../../../src/sim/language/expressions.ts';
import type { Property } from '../../../../src/sim/language/model.ts';
import { model } from '../../../../src/sim/protocols/protocol.ts';
import { protocolOf } from '../../../../src/sim/protocols/registry.ts';
import { search } from '../../support/search.ts';

const control = all(cpus, (one) => implies(hasRole(one, 'control'), stands(one, 'task', 'done')));
const others = all(cpus, (one) => implies(not(hasRole(one, 'control')), stands(one, 'task', 'done')));

const LAST: Property = {
  id: 'last',
  title: 'the caller goes on when every stopper has returned',
  polarity: 'always',
  holds: implies(control, others),
  matters: '-',
};

const ACKNOWLEDGED: Property = {
  id: 'between',
  title: 'all have acknowledged, one has not returned, the caller waits',
  polarity: 'sometimes',
  holds: and(
    all(cpus, (one) => stands(one, 'task', 'await stoppers', 'await completion', 'done')),
    all(cpus, (one) => implies(hasRole(one, 'control'), stands(one, 'task', 'await completion'))),
    not(others),
  ),
  matters: '-',
};

describe('stop_machine() ends for the caller', () => {
  test.each(['linux-4.16', 'linux-5.5', 'hold-nov-2022', 'linux-6.7-nmi', 'linux-6.7-amd', 'stop-machine-nmi'])(
    '%s: when every stopper has returned, not when all have acknowledged',
    (id) => {
      const entry = protocolOf(id);
      if (entry === undefined) throw new Error(`${id} is gone`);
      const setting = { topology: { cores: 1, threads: 2 }, ...entry.setting };
      const described = model(entry.protocol, setting, entry.chosen);
      const found = search({ ...described, properties: [LAST, ACKNOWLEDGED] });
      expect([...found.decided.keys()]).toEqual(['between']);
    },
  );
});
