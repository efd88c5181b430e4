import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkModel } from '../../../../src/sim/engine/check.ts';
import { compile, type Reductions } from '../../../../src/sim/engine/compile/compile.ts';
import { exchangeOf, leave, sharedMemory } from '../../../../src/sim/engine/search/exchange.ts';
import { explore, type SearchOptions, type SearchResult } from '../../../../src/sim/engine/search/explore.ts';
import { startPartnerThread } from '../../../../src/sim/engine/search/partner-thread.ts';
import { exploreTogether } from '../../../../src/sim/engine/search/two-threads.ts';
import type { Model } from '../../../../src/sim/language/model.ts';
import { describe as modelOf } from '../../../../src/sim/scenario/parse.ts';
import { caseOf } from '../../../../src/sim/subject.ts';
import { lacking } from '../../../support/debian.ts';
import { deadlockModel, lockModel, raceModel, randomModel } from '../toys.ts';

/** Threads need a compiled program: `npm test` builds first. */
const PROGRAM = join(import.meta.dirname, '../../../../dist/library/partner.js');
const start = startPartnerThread(PROGRAM);

beforeEach((context) => {
  if (!existsSync(PROGRAM)) lacking(context, 'the program is not built, which npm test does first');
});

const both = (model: Model, reductions: Reductions = {}, options: SearchOptions = { exhaustive: true }) => {
  const compiled = compile(model, reductions);
  return { alone: explore(compiled, options), together: exploreTogether(compiled, reductions, options, start) };
};

const lengthTo = ({ trail }: SearchResult, state: number | null): number | null => {
  if (state === null) return null;
  let length = 0;
  for (let id = state; trail.parent(id) >= 0; id = trail.parent(id)) length++;
  return length;
};

/** What must not depend on how many threads there are. */
const told = (result: SearchResult) => ({
  ending: result.ending,
  states: result.states,
  transitions: result.transitions,
  depth: result.depth,
  deadlock: [result.deadlock.verdict, lengthTo(result, result.deadlock.state)],
  claims: result.claims.map(({ id, verdict, state }) => [id, verdict, lengthTo(result, state)]),
});

const protocol = (text: string, topology: string, faults: string): Model =>
  modelOf(caseOf({ protocol: text, topology, faults }));

describe('two threads find what one finds', () => {
  test.each([
    ['a lock', lockModel(4, 3)],
    ['a race', raceModel(3, 2)],
    ['a deadlock', deadlockModel()],
    ['linux-6.7-nmi', protocol('linux-6.7-nmi', '2x2', 'nmi=1')],
    ['linux-6.7-nmi, timeouts', protocol('linux-6.7-nmi', '1x2', 'timeout=2')],
    ['xen', protocol('xen', '2x2', 'nmi=1,reject=1')],
    ['hot-add', protocol('hot-add', '2x1', '')],
  ])('%s: verdicts, counts and lengths of counterexamples, with and without reductions', (_, model) => {
    for (const reductions of [{}, { symmetry: true, partialOrder: true }]) {
      const { alone, together } = both(model, reductions);
      expect(told(together)).toEqual(told(alone));
    }
  });

  test('random models', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        fc.pre(explore(compile(model), { limits: { maxStates: 3000 } }).ending !== 'states');
        const { alone, together } = both(model);
        expect(told(together)).toEqual(told(alone));
      }),
      { numRuns: 15 },
    );
  });

  test('the same counterexample every time, and one that the interpreter can follow', () => {
    const model = protocol('linux-6.7-nmi', '1x2', 'timeout=2');
    const runs = [1, 2].map(() => checkModel(model, { partner: start }).properties);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0]?.filter(({ counterexample }) => counterexample !== null).map(({ id }) => id)).toContain('P18');
  });

  test('hashes instead of states', () => {
    const options = { exhaustive: true, approximate: true };
    const { alone, together } = both(protocol('xen', '2x2', 'nmi=1'), {}, options);
    expect(together.states).toBe(alone.states);
    expect(together.expectedOmissions).toBe(alone.expectedOmissions);
  });
});

describe('limits stop both, and nothing holds then', () => {
  const model = protocol('linux-6.7-nmi', '2x2', 'nmi=2');
  let clock = 0;
  test.each([
    ['states', { limits: { maxStates: 1000 } }],
    ['memory', { limits: { maxBytes: 1 << 20 } }],
    ['time', { limits: { maxMilliseconds: 5 }, now: () => (clock += 10) }],
  ] as const)('%s', (ending, options) => {
    const { together } = both(model, {}, { exhaustive: true, ...options });
    expect(together.ending).toBe(ending);
    expect(together.claims.filter(({ polarity, verdict }) => polarity !== 'sometimes' && verdict === 'holds')).toEqual(
      [],
    );
  });

  test('a violation ends both when one is enough', () => {
    const { together } = both(deadlockModel(), {}, { stopAtViolation: true });
    expect(together.ending).toBe('violation');
    expect(together.deadlock.verdict).toBe('violated');
  });
});

describe('a half that does not come', () => {
  const standing = { levelDone: true, expanded: 0, sighted: 0, ending: 0, states: 0, transitions: 0, bytes: 0 };

  test('because it has failed', () => {
    const memory = sharedMemory(1, 8);
    leave(memory, 1);
    expect(() => exchangeOf(memory, 0, 4).meet(standing)).toThrow('has failed');
  });

  test('because it never starts', () => {
    expect(() => exchangeOf(sharedMemory(1, 8), 0, 4, 20).meet(standing)).toThrow('does not start');
  });
});
