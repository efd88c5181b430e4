import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpreter } from '../../../../src/sim/language/interpret.ts';
import type { Model, Polarity } from '../../../../src/sim/language/model.ts';
import type { State } from '../../../../src/sim/language/slots.ts';
import { compile, type Compiled } from '../../../../src/sim/engine/compile/compile.ts';
import { pack, unpack } from '../../../../src/sim/engine/ground/layout.ts';
import { DEADLOCK_BIT } from '../../../../src/sim/engine/states/model.ts';
import { makeBatch } from '../../../../src/sim/engine/states/visited.ts';
import { deadlockModel, lockModel, raceModel, randomModel } from '../toys.ts';

/** The first `limit` reachable states, by the interpreter. */
function someStates(model: Model, limit: number): State[] {
  const meaning = interpreter(model);
  const queue = [meaning.initial()];
  const known = new Set(queue.map(String));
  for (const state of queue) {
    for (const move of meaning.enabled(state)) {
      const after = meaning.apply(state, move);
      if (known.size >= limit || known.has(String(after))) continue;
      known.add(String(after));
      queue.push(after);
    }
  }
  return queue;
}

function successors(compiled: Compiled, state: State): string[] {
  const batch = makeBatch(compiled.words, compiled.maxSuccessors + 3);
  const packed = pack(state, compiled.layout);
  const count = compiled.successors(packed, 0, batch, 3);
  const found = Array.from({ length: count }, (_, index) => {
    const { step, cpu } = compiled.ground.steps[batch.moves[index + 3] ?? 0] ?? { step: -1, cpu: -1 };
    return `${step}/${cpu} ${unpack(batch.states, (index + 3) * compiled.words, compiled.layout).join()}`;
  });
  return found.sort();
}

interface Seen {
  readonly moves: readonly string[];
  /** Bits of `observe` and of `observeEnd`; the latter mean something at the end only. */
  readonly bits: readonly number[];
}

function byInterpreter(model: Model, state: State): Seen {
  const meaning = interpreter(model);
  const moves = meaning.enabled(state).map((move) => `${move.step}/${move.cpu} ${meaning.apply(state, move).join()}`);
  const bitsOf = (raised: (polarity: Polarity, truth: boolean) => boolean): number =>
    model.properties.reduce(
      (bits, { polarity, holds }, bit) =>
        raised(polarity, meaning.evaluate(holds, state) === 1) ? bits | (1 << bit) : bits,
      0,
    );
  const now = bitsOf((polarity, truth) => (polarity === 'sometimes' ? truth : polarity === 'always' && !truth));
  const end = bitsOf((polarity, truth) => polarity === 'eventually' && !truth);
  const bits = meaning.finished(state) ? [now, end | (meaning.stuck(state) ? DEADLOCK_BIT : 0)] : [now];
  return { moves: moves.sort(), bits };
}

function byCompiled(model: Model, state: State): Seen {
  const compiled = compile(model);
  const packed = pack(state, compiled.layout);
  const bits = [compiled.observe(packed, 0)];
  if (interpreter(model).finished(state)) bits.push(compiled.observeEnd(packed, 0));
  return { moves: successors(compiled, state), bits };
}

describe('the compiled model does what the interpreter does', () => {
  test('on the toys, in every state', () => {
    for (const model of [lockModel(2, 2), raceModel(3, 1), deadlockModel()]) {
      const states = someStates(model, 1000);
      expect(states.map((state) => byCompiled(model, state))).toEqual(
        states.map((state) => byInterpreter(model, state)),
      );
    }
  });

  test('on random models: moves, successors, claims, ends', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        for (const state of someStates(model, 12))
          expect(byCompiled(model, state)).toEqual(byInterpreter(model, state));
      }),
      { numRuns: 150 },
    );
  });

  test('and its packing is the inverse of its unpacking', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const { layout } = compile(model);
        for (const state of someStates(model, 40)) expect(unpack(pack(state, layout), 0, layout)).toEqual(state);
      }),
      { numRuns: 40 },
    );
  });

  test('with the program moves before those of the environment', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const { ground, programMoves } = compile(model);
        ground.steps.forEach(({ environment }, move) => expect(environment).toBe(move >= programMoves));
      }),
      { numRuns: 30 },
    );
  });
});

test('a variable that never changes takes no room', () => {
  const { layout, ground } = compile(lockModel(3, 2));
  const bits = layout.rooms.reduce((sum, room) => sum + (room?.bits ?? 0), 0);
  expect(ground.values.every(({ lo, hi }, slot) => (lo === hi) === (layout.rooms[slot] === null))).toBe(true);
  // lock 1, done 2 x 3, total 3, counters of 4 reachable labels (idle is not one) 3 x 2.
  expect(bits).toBe(1 + 6 + 3 + 6);
  expect(layout.words).toBe(1);
});
