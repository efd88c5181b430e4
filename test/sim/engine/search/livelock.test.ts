import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../../src/sim/engine/compile/compile.ts';
import { explore } from '../../../../src/sim/engine/search/explore.ts';
import { findLivelock } from '../../../../src/sim/engine/search/livelock.ts';
import { pathTo } from '../../../../src/sim/engine/path.ts';
import { flag, set, shared } from '../../../../src/sim/language/effects.ts';
import { eq } from '../../../../src/sim/language/expressions.ts';
import { interpreter } from '../../../../src/sim/language/interpret.ts';
import type { Model } from '../../../../src/sim/language/model.ts';
import { define, line, program, rest } from '../../../../src/sim/language/program.ts';
import { lockModel, randomModel } from '../toys.ts';

/** Depth of the first state from which no end can be reached; by going forward from each state. */
function naiveLivelock(model: Model): boolean {
  const meaning = interpreter(model);
  const first = meaning.initial();
  const all = new Map([[first.join(), first]]);
  for (const state of all.values()) {
    for (const move of meaning.enabled(state)) {
      const after = meaning.apply(state, move);
      if (!all.has(after.join())) all.set(after.join(), after);
    }
  }
  const canEnd = (from: Int32Array): boolean => {
    const seen = new Map([[from.join(), from]]);
    for (const state of seen.values()) {
      if (meaning.finished(state)) return true;
      for (const move of meaning.enabled(state)) {
        if (model.steps[move.step]?.kind === 'environment') continue;
        const after = meaning.apply(state, move);
        if (!seen.has(after.join())) seen.set(after.join(), after);
      }
    }
    return false;
  };
  return [...all.values()].some((state) => !canEnd(state));
}

function livelock(model: Model, symmetry: boolean): number | null {
  const compiled = compile(model, { symmetry });
  return findLivelock(compiled, explore(compiled, { exhaustive: true }).visited);
}

/** Two CPUs that step aside for each other for ever once both have asked. */
function polite(): Model {
  const asked = shared('asked', flag);
  return define({
    name: 'polite',
    topology: { cores: 1, threads: 1 },
    roles: {},
    fields: [asked],
    contexts: ['task'],
    programs: [
      program('task', 'every', [
        line('begin', { goto: 'end' }, { goto: 'ask' }),
        line('ask', { do: [set(asked, 1)] }),
        line('wait', { when: eq(asked, 1), do: [set(asked, 0)], goto: 'ask' }, { when: eq(asked, 0), goto: 'end' }),
        rest('end'),
      ]),
    ],
    properties: [],
  });
}

describe('livelocks', () => {
  test('are found where a program goes round for ever', () => {
    const compiled = compile(polite());
    const { visited } = explore(compiled, { exhaustive: true });
    const found = findLivelock(compiled, visited);
    expect(pathTo(compiled, visited, found ?? -1)).toHaveLength(1);
  });

  test('are not found where every run ends', () => {
    expect(livelock(lockModel(3, 2), false)).toBeNull();
    expect(livelock(lockModel(3, 2), true)).toBeNull();
  });

  test('are found in a random model exactly when some state leads to no end', () => {
    const small = randomModel.filter((model) => explore(compile(model), { limits: { maxStates: 300 } }).states <= 250);
    fc.assert(
      fc.property(small, fc.boolean(), (model, symmetry) => {
        expect(livelock(model, symmetry) !== null).toBe(naiveLivelock(model));
      }),
      { numRuns: 60 },
    );
  });
});
