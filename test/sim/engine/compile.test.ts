import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpreter } from '../../../src/sim/language/interpret.ts';
import type { Model } from '../../../src/sim/language/model.ts';
import type { State } from '../../../src/sim/language/slots.ts';
import { compile, type Compiled } from '../../../src/sim/engine/compile.ts';
import { pack, unpack } from '../../../src/sim/engine/layout.ts';
import { DEADLOCK_BIT } from '../../../src/sim/engine/model.ts';
import { makeBatch } from '../../../src/sim/engine/visited.ts';
import { deadlockModel, lockModel, raceModel, randomModel } from './toys.ts';

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

function compare(model: Model, limit: number): void {
  const meaning = interpreter(model);
  const compiled = compile(model);
  expect(unpack(compiled.initial, 0, compiled.layout)).toEqual(meaning.initial());
  for (const state of someStates(model, limit)) {
    const packed = pack(state, compiled.layout);
    expect(unpack(packed, 0, compiled.layout)).toEqual(state);
    const expected = meaning
      .enabled(state)
      .map((move) => `${move.step}/${move.cpu} ${meaning.apply(state, move).join()}`);
    expect(successors(compiled, state)).toEqual(expected.sort());
    const seen = compiled.observe(packed, 0);
    const atEnd = compiled.observeEnd(packed, 0);
    model.properties.forEach(({ polarity, holds }, bit) => {
      const truth = meaning.evaluate(holds, state) === 1;
      const seenBit = (seen & (1 << bit)) !== 0;
      expect(seenBit).toBe(polarity === 'sometimes' ? truth : polarity === 'always' && !truth);
      expect((atEnd & (1 << bit)) !== 0).toBe(polarity === 'eventually' && !truth);
    });
    if (meaning.finished(state)) expect((atEnd & DEADLOCK_BIT) !== 0).toBe(meaning.stuck(state));
  }
}

describe('the compiled model does what the interpreter does', () => {
  test('on the toys, in every state', () => {
    for (const model of [lockModel(2, 2), raceModel(3, 1), deadlockModel()]) compare(model, 1000);
  });

  test('on random models: moves, successors, claims, ends', () => {
    fc.assert(
      fc.property(randomModel, (model) => compare(model, 60)),
      { numRuns: 150 },
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
