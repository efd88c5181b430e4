import { describe, expect, test } from 'vitest';
import { NO_FAULTS } from '../../../src/sim/machine/faults.ts';
import { model } from '../../../src/sim/protocols/protocol.ts';
import { originOf, ownOrigins } from '../../../src/sim/protocols/sources/origins.ts';
import { PROTOCOLS, protocolOf } from '../../../src/sim/protocols/registry.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const EACH_FAULT = (['nmi', 'timeout', 'reject', 'hang', 'breakpoint', 'mce', 'store'] as const).map((name) => ({
  ...NO_FAULTS,
  [name]: 1,
}));

const EVERY_FAULT = { nmi: 1, timeout: 1, reject: 1, hang: 1, breakpoint: 1, mce: 1, store: 1, hotplug: 1 };

describe('the catalogue of protocols', () => {
  test('names are unique and found', () => {
    expect(new Set(PROTOCOLS.map(({ id }) => id)).size).toBe(PROTOCOLS.length);
    for (const entry of PROTOCOLS) expect(protocolOf(entry.id)).toBe(entry);
    expect(protocolOf('linux-9.9')).toBeUndefined();
  });

  test.each(PROTOCOLS.map((entry) => [entry.id, entry] as const))(
    '%s names only choices that its protocol has',
    (_, entry) => {
      for (const [name, value] of Object.entries(entry.chosen)) {
        expect(entry.protocol.choices[name]?.values).toContain(value);
      }
      expect(entry.protocol.source).not.toBe('');
    },
  );

  test.each(PROTOCOLS.map((entry) => [entry.id, entry] as const))(
    '%s is well made with each fault, on each machine, in each variant',
    (_, { protocol, chosen, setting }) => {
      const variants = Object.entries(protocol.choices).flatMap(([name, { values }]) =>
        values.map((value) => ({ ...chosen, [name]: value })),
      );
      for (const variant of [chosen, ...variants]) {
        for (const some of variant === chosen ? [NO_FAULTS, ...EACH_FAULT] : [NO_FAULTS, EVERY_FAULT]) {
          for (const topology of [
            { cores: 1, threads: 1 },
            { cores: 1, threads: 2 },
            { cores: 2, threads: 3 },
          ]) {
            expect(() => model(protocol, { ...setting, topology, faults: some }, variant)).not.toThrow();
          }
        }
        expect(() => model(protocol, { ...setting, offline: [3], faults: NO_FAULTS }, variant)).not.toThrow();
      }
    },
  );
});

describe('where programs are from', () => {
  const machines = [{}, { offline: [3] }];
  const programsOf = (id: string): ReadonlySet<string> =>
    new Set(
      PROTOCOLS.filter(({ protocol }) => protocol.id === id).flatMap(({ protocol, chosen, setting }) => {
        const variants = Object.entries(protocol.choices).flatMap(([name, { values }]) =>
          values.map((value) => ({ ...chosen, [name]: value })),
        );
        return [chosen, ...variants].flatMap((variant) =>
          machines.flatMap((machine) =>
            model(protocol, { ...setting, ...machine, faults: EVERY_FAULT }, variant).steps.flatMap((step) =>
              step.kind === 'program' ? [`${step.context}/${step.who}`] : [],
            ),
          ),
        );
      }),
    );

  test.each([...new Set(PROTOCOLS.map(({ protocol }) => protocol.id))])('%s: all say it, and none is gone', (id) => {
    const programs = programsOf(id);
    const silent = [...programs].filter((one) => {
      const [context = '', who = ''] = one.split('/');
      return originOf(id, context, who) === null;
    });
    expect(silent, `src/sim/protocols/sources/origins.ts says nothing of these programs of ${id}`).toEqual([]);
    const gone = ownOrigins(id).filter((one) => !programs.has(one));
    expect(gone, `src/sim/protocols/sources/origins.ts names programs that ${id} does not have`).toEqual([]);
  });

  test('what nobody has said is not made up', () => {
    expect(originOf('xen', 'task', 'boss')).toBeNull();
  });
});

test('up to 4.15 the sibling executes anything while its core loads', () => {
  const entry = protocolOf('linux-4.15');
  if (entry === undefined) throw new Error('linux-4.15 is gone');
  expect(verdicts(entry.protocol, { faults: faults({ nmi: 1 }), topology: { cores: 1, threads: 2 } }).violated).toEqual(
    ['P1', 'P1w', 'P2'],
  );
});
