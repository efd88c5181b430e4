import fc from 'fast-check';
import { describe, expect, type TestContext, test } from 'vitest';
import { compile } from '../../../src/sim/engine/compile/compile.ts';
import { explore, type SearchResult } from '../../../src/sim/engine/search/explore.ts';
import { DEADLOCK_CLAIM, exportPromela } from '../../../src/sim/export/promela.ts';
import type { Model } from '../../../src/sim/language/model.ts';
import { PROTOCOLS } from '../../../src/sim/protocols/registry.ts';
import { program } from '../../support/debian.ts';
import { everySubject, subject } from '../support/subjects.ts';
import { deadlockModel, lockModel, raceModel, randomModel } from '../engine/toys.ts';
import { acceptedBySpin, spin } from './spin.ts';

function raisedBy({ claims, deadlock }: SearchResult): string[] {
  const raised = claims.filter(({ state }) => state !== null).map(({ id }) => id);
  return deadlock.state === null ? raised : [...raised, DEADLOCK_CLAIM];
}

interface Answer {
  readonly states: number;
  readonly raised: readonly string[];
}

const bySpin = (context: TestContext, model: Model): Answer => {
  const programs = { spin: program(context, 'spin'), gcc: program(context, 'gcc') };
  const { states, raised } = spin(programs, model, exportPromela(model));
  return { states, raised: [...raised].sort() };
};

const byUs = (model: Model): Answer => {
  const result = explore(compile(model), { exhaustive: true });
  return { states: result.states, raised: raisedBy(result).sort() };
};

describe('Spin agrees with us on verdicts and, without reductions, on the number of states', () => {
  for (const model of [lockModel(3, 2), raceModel(3, 2), deadlockModel()]) {
    test(`for ${model.name}`, (context) => expect(byUs(model)).toEqual(bySpin(context, model)));
  }

  test('for random models', (context) => {
    const models = fc.sample(randomModel, { numRuns: 6, seed: 8 });
    expect(models.map(byUs)).toEqual(models.map((model) => bySpin(context, model)));
  });
});

/** All combinations would take minutes: every protocol, each time with another fault that can befall it, and every third on two cores. */
const compared = PROTOCOLS.flatMap((entry, index) => {
  const small = everySubject({ cores: 1, threads: 2 }, [entry]);
  return [
    ...small.filter((_, place) => place === index % small.length),
    ...(index % 3 === 0 ? [subject(entry, { cores: 2, threads: 2 }, { reject: 1 })] : []),
  ];
});

describe('Spin agrees with us on the bundled protocols', () => {
  for (const { name, model } of compared) {
    test(`on ${name}`, (context) => expect(byUs(model)).toEqual(bySpin(context, model)));
  }
});

describe('what has to hold sometimes', () => {
  const programs = (context: TestContext) => ({ spin: program(context, 'spin'), gcc: program(context, 'gcc') });

  test('is no failing assertion: all holds, and Spin finds no error', (context) => {
    const model = lockModel(2, 1);
    const { errors, raised } = spin(programs(context), model, exportPromela(model));
    expect({ errors, raised: [...raised] }).toEqual({ errors: 0, raised: ['somebody waits'] });
  });

  test('is told by Spin from what never does', (context) => {
    const model = lockModel(2, 1);
    const never = { id: 'never', title: 'never', polarity: 'sometimes', matters: '' } as const;
    const more = {
      ...model,
      properties: [...model.properties, { ...never, holds: { op: 'const', value: 0 } as const }],
    };
    const { errors, raised } = spin(programs(context), more, exportPromela(more));
    expect({ errors, raised: [...raised] }).toEqual({ errors: 0, raised: ['somebody waits'] });
  });
});

describe('Spin accepts every protocol with every fault', () => {
  for (const { name, model } of everySubject({ cores: 1, threads: 2 })) {
    test(`reads ${name}`, (context) => {
      const spin = program(context, 'spin');
      expect(() => acceptedBySpin(spin, exportPromela(model))).not.toThrow();
    });
  }

  test('and not just any text', (context) => {
    const spin = program(context, 'spin');
    expect(() => acceptedBySpin(spin, 'active proctype p() { missing = 1 }')).toThrow('missing');
  });
});

test('the text names every step, every CPU and every claim', () => {
  const text = exportPromela(lockModel(2, 1));
  for (const part of [
    'CPU 0 task/every/take',
    'CPU 1 task/every/leave',
    'always: exclusion',
    'pc_task[2]',
    '#define at_task_add',
  ]) {
    expect(text).toContain(part);
  }
});

test('the text says what it is of, whatever that is made of', () => {
  const text = exportPromela(lockModel(2, 1), ['by: ucodekit 1.2.3', 'a comment that ends */ too early']);
  expect(text).toContain(' * by: ucodekit 1.2.3\n * a comment that ends * / too early\n');
});
