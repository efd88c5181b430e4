import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpreter, type Move } from '../../../src/sim/language/interpret.ts';
import type { Model } from '../../../src/sim/language/model.ts';
import type { State } from '../../../src/sim/language/slots.ts';
import { checkModel, failed, NO_DEADLOCK, succeeded, type PropertyReport } from '../../../src/sim/engine/check.ts';
import { compile } from '../../../src/sim/engine/compile/compile.ts';
import { explore } from '../../../src/sim/engine/search/explore.ts';
import { pathTo } from '../../../src/sim/engine/path.ts';
import { runSteps } from '../../../src/sim/engine/story.ts';
import { readToken, tokenOf } from '../../../src/sim/engine/token.ts';
import { naiveSearch } from './naive.ts';
import { deadlockModel, lockModel, raceModel, randomModel } from './toys.ts';

/** The state after the moves, each of which must be possible. */
function replay(model: Model, moves: readonly Move[]): State {
  const meaning = interpreter(model);
  const state = meaning.initial();
  for (const move of moves) {
    if (!meaning.isEnabled(state, move)) throw new Error(`step ${move.step} of CPU ${move.cpu} is not possible`);
    meaning.applyTo(state, move);
  }
  return state;
}

/** What the state after a counterexample shows of the property it is one of. */
function violates(model: Model, { id, counterexample }: PropertyReport): boolean {
  const meaning = interpreter(model);
  const state = replay(model, counterexample ?? []);
  if (id === NO_DEADLOCK.id) return meaning.stuck(state);
  const property = model.properties.find((property) => property.id === id);
  const broken = property !== undefined && meaning.evaluate(property.holds, state) === 0;
  return broken && (property.polarity === 'always' || meaning.finished(state));
}

const moderate = randomModel.filter((model) => naiveSearch(model, 1500) !== null);

describe('a check', () => {
  test('gives for every violation a run that the interpreter can make and that ends in it, as short as can be', () => {
    fc.assert(
      fc.property(moderate, (model) => {
        const naive = naiveSearch(model, 1500);
        for (const property of checkModel(model).properties.filter(({ verdict }) => verdict === 'violated')) {
          expect(violates(model, property)).toBe(true);
          expect(property.shortest).toBe(true);
          const nearest = property.id === NO_DEADLOCK.id ? naive?.stuckAt : naive?.decidedAt.get(property.id);
          expect(property.counterexample?.length).toBe(nearest);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('succeeds only when everything holds, and fails only when something is violated or never reached', () => {
    const lock = checkModel(lockModel(3, 2));
    expect([succeeded(lock), failed(lock)]).toEqual([true, false]);
    const race = checkModel(raceModel(2, 1));
    expect([succeeded(race), failed(race)]).toEqual([false, true]);
    const stopped = checkModel(lockModel(3, 2), { limits: { maxStates: 5 } });
    expect([succeeded(stopped), failed(stopped), stopped.ending]).toEqual([false, false, 'states']);
  });

  test('looks for livelocks when asked, and does not say that there are none when it was stopped', () => {
    const verdict = (maxStates: number): string | undefined =>
      checkModel(lockModel(3, 2), { livelocks: true, limits: { maxStates } }).properties.find(({ id }) => id === 'P7l')
        ?.verdict;
    expect([verdict(100_000), verdict(20)]).toEqual(['holds', 'unfinished']);
  });

  test('measures time only with the clock it is given', () => {
    let now = 0;
    expect(checkModel(deadlockModel()).milliseconds).toBeNull();
    expect(checkModel(deadlockModel(), { now: () => (now += 5) }).milliseconds).toBeGreaterThan(0);
  });
});

test('every state that a reduced search found is reached by a run of the model', () => {
  fc.assert(
    fc.property(moderate, fc.boolean(), fc.boolean(), (model, symmetry, partialOrder) => {
      const compiled = compile(model, { symmetry, partialOrder });
      const { visited, states } = explore(compiled, { exhaustive: true });
      for (let id = 0; id < states; id += Math.ceil(states / 5)) {
        expect(() => replay(model, pathTo(compiled, visited, id))).not.toThrow();
      }
    }),
    { numRuns: 60 },
  );
});

describe('a token', () => {
  const run = (model: Model, choices: readonly number[]): Move[] => {
    const meaning = interpreter(model);
    const state = meaning.initial();
    const moves: Move[] = [];
    for (const choice of choices) {
      const options = meaning.enabled(state);
      const move = options[choice % Math.max(1, options.length)];
      if (move === undefined) break;
      moves.push(move);
      meaning.applyTo(state, move);
    }
    return moves;
  };

  test('is read back as the same run', () => {
    fc.assert(
      fc.property(randomModel, fc.array(fc.nat(100), { maxLength: 60 }), (model, choices) => {
        const moves = run(model, choices);
        expect(readToken(model, tokenOf(model, moves))).toEqual({ moves });
      }),
      { numRuns: 60 },
    );
  });

  test('is short', () => {
    const moves = run(
      lockModel(4, 4),
      Array.from({ length: 50 }, (_, index) => index * 7),
    );
    expect(moves).toHaveLength(50);
    expect(tokenOf(lockModel(4, 4), moves).length).toBeLessThan(35);
  });

  test('of another model is refused, and so is any other text', () => {
    const token = tokenOf(lockModel(2, 2), run(lockModel(2, 2), [0, 1, 0]));
    expect(readToken(lockModel(2, 3), token)).toEqual({ wrong: 'model' });
    expect(readToken(lockModel(2, 2), `${token}0`)).toEqual({ wrong: 'text' });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', '0', '5', 'Z', '9', 'u') }), (text) => {
        expect(readToken(lockModel(2, 2), text)).toHaveProperty('wrong');
      }),
    );
  });
});

describe('a story', () => {
  const [deadlock] = checkModel(deadlockModel()).properties;
  const code = (context: string, who: string): string => `${who}() of ${context}`;
  const story = runSteps(deadlockModel(), deadlock?.counterexample ?? [], code);

  test('says who did what and what changed', () => {
    expect(story.steps).toEqual([
      {
        number: 1,
        cpu: 0,
        context: 'task',
        step: 'task/a/left',
        from: 'left',
        to: 'right',
        note: null,
        source: 'a() of task',
        changes: [{ field: 'left', owner: null, before: '0', after: '1' }],
      },
      {
        number: 2,
        cpu: 1,
        context: 'task',
        step: 'task/b/right',
        from: 'right',
        to: 'left',
        note: null,
        source: 'b() of task',
        changes: [{ field: 'right', owner: null, before: '0', after: '1' }],
      },
    ]);
  });

  test('names who waits for what at the end', () => {
    expect(story.end).toEqual([
      { cpu: 0, at: [{ context: 'task', label: 'right' }], resting: false, waitsFor: ['right == 0 (right is 1)'] },
      { cpu: 1, at: [{ context: 'task', label: 'left' }], resting: false, waitsFor: ['left == 0 (left is 1)'] },
    ]);
  });

  test('of moves that are not possible is refused', () => {
    expect(() => runSteps(deadlockModel(), [{ step: 0, cpu: 1 }])).toThrow(RangeError);
  });
});
