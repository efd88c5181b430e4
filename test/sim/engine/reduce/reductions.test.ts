import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../../../src/sim/language/model.ts';
import { compile, type Reductions } from '../../../../src/sim/engine/compile/compile.ts';
import { explore, type SearchResult } from '../../../../src/sim/engine/search/explore.ts';
import { groundModel } from '../../../../src/sim/engine/ground/ground.ts';
import { unpack } from '../../../../src/sim/engine/ground/layout.ts';
import { symmetryOf } from '../../../../src/sim/engine/ground/symmetry.ts';
import { everySubject } from '../../support/subjects.ts';
import { deadlockModel, lockModel, raceModel, randomModel } from '../toys.ts';

const search = (model: Model, reductions: Reductions, maxStates = Number.POSITIVE_INFINITY): SearchResult =>
  explore(compile(model, reductions), { exhaustive: true, limits: { maxStates } });

const verdicts = ({ claims, deadlock }: SearchResult): unknown => [
  ...claims.map(({ id, verdict }) => `${id}: ${verdict}`),
  `deadlock: ${deadlock.verdict}`,
];

/** Every state of a search, with the CPUs of one core each put into order: what symmetric states have in common. */
function shapes(model: Model, reductions: Reductions): Set<string> {
  const compiled = compile(model, reductions);
  const { visited, states } = explore(compiled, { exhaustive: true });
  const { slots } = compiled.ground;
  const { cores } = model.topology;
  const shared = [...slots.field.values()].filter(({ field }) => field.scope === 'shared');
  const own = [...slots.field.values()].filter(({ field }) => field.scope !== 'shared').map(({ base }) => base);
  const perCpu = [...own, ...slots.counter.values()];
  const found = new Set<string>();
  for (let id = 0; id < states; id++) {
    const state = unpack(visited.segment(id), visited.offset(id), compiled.layout);
    const units = Array.from({ length: cores }, (_, cpu) => perCpu.map((base) => state[base + cpu]).join('.'));
    found.add([...shared.map(({ base }) => state[base]), ...units.sort()].join('|'));
  }
  return found;
}

describe('symmetry', () => {
  test('is found between the CPUs of a symmetric model, and only there', () => {
    expect(symmetryOf(groundModel(lockModel(4, 1)))).toEqual({ cores: [[0, 1, 2, 3]], threads: [] });
    expect(symmetryOf(groundModel(deadlockModel()))).toEqual({ cores: [], threads: [] });
  });

  test('leaves exactly one state of each symmetric set', () => {
    for (const model of [lockModel(3, 2), raceModel(3, 2), raceModel(4, 1)]) {
      const whole = shapes(model, {});
      const reduced = shapes(model, { symmetry: true });
      expect(reduced).toEqual(whole);
      expect(search(model, { symmetry: true }).states).toBe(whole.size);
    }
  });

  test('keeps every verdict, and every depth', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const whole = search(model, {}, 5000);
        fc.pre(whole.ending === 'complete');
        const reduced = search(model, { symmetry: true });
        expect(verdicts(reduced)).toEqual(verdicts(whole));
        expect(reduced.depth).toBe(whole.depth);
        expect(reduced.states).toBeLessThanOrEqual(whole.states);
      }),
      { numRuns: 100 },
    );
  });
});

describe('partial-order reduction', () => {
  for (const symmetry of [false, true]) {
    test(`keeps every verdict${symmetry ? ', together with symmetry' : ''}`, () => {
      fc.assert(
        fc.property(randomModel, (model) => {
          const whole = search(model, {}, 5000);
          fc.pre(whole.ending === 'complete');
          const reduced = search(model, { partialOrder: true, symmetry });
          expect(verdicts(reduced)).toEqual(verdicts(whole));
          expect(reduced.states).toBeLessThanOrEqual(whole.states);
        }),
        { numRuns: 120 },
      );
    });
  }
});

describe('both reductions keep the verdicts of every bundled protocol, with each fault once', () => {
  for (const [cores, threads] of [
    [1, 2],
    [2, 2],
  ] as const) {
    test.each(everySubject({ cores, threads }))('$name', ({ model }) => {
      const whole = search(model, {});
      for (const reductions of [{ symmetry: true }, { partialOrder: true }, { symmetry: true, partialOrder: true }]) {
        const reduced = search(model, reductions);
        expect(verdicts(reduced)).toEqual(verdicts(whole));
        expect(reduced.states).toBeLessThanOrEqual(whole.states);
      }
    });
  }
});
