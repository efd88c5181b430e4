import { describe, expect, test } from 'vitest';
import { each, flag, jump, perCore, perCpu, range, set, shared } from '../../../src/sim/language/effects.ts';
import {
  all,
  any,
  at,
  cores,
  cpu,
  eq,
  firstOf,
  me,
  not,
  siblings,
  stands,
} from '../../../src/sim/language/expressions.ts';
import { footprintOf } from '../../../src/sim/language/footprint.ts';
import { define, line, program, rest, type Move } from '../../../src/sim/language/program.ts';

const total = shared('total', range(0, 3));
const load = perCore('load', range(0, 3));
const mark = perCpu('mark', flag);

function footprint(move: Move): Record<'reads' | 'writes', Record<string, string>> {
  const model = define({
    name: 'toy',
    topology: { cores: 2, threads: 2 },
    roles: {},
    fields: [total, load, mark],
    contexts: ['task', 'nmi'],
    programs: [program('task', 'every', [line('go', move), rest('end')])],
    properties: [],
  });
  const [step] = model.steps;
  if (step === undefined) throw new Error('no step');
  const { reads, writes } = footprintOf(step, model);
  const table = (list: typeof reads) => Object.fromEntries(list.map(({ variable, whose }) => [variable, whose]));
  return { reads: table(reads), writes: table(writes) };
}

describe('what a step touches', () => {
  test('its own counter, and it looks at the contexts above', () => {
    expect(footprint({})).toEqual({ reads: { 'pc task': 'own', 'pc nmi': 'own' }, writes: { 'pc task': 'own' } });
  });

  test('its own fields', () => {
    expect(footprint({ when: mark, do: [set(mark, false)] })).toMatchObject({
      reads: { mark: 'own' },
      writes: { mark: 'own' },
    });
  });

  test('its siblings', () => {
    expect(footprint({ when: all(siblings, (one) => at(mark, one)) }).reads).toMatchObject({ mark: 'core' });
    expect(footprint({ do: [each(siblings, (one) => [set(at(mark, one), true)])] }).writes).toMatchObject({
      mark: 'core',
    });
    expect(footprint({ do: [jump(firstOf(me), 'task', 'end')] }).writes).toMatchObject({ 'pc task': 'core' });
  });

  test('a field of its core is its own from every thread of the core', () => {
    expect(footprint({ when: eq(at(load, firstOf(me)), 0) }).reads).toMatchObject({ load: 'own' });
    expect(footprint({ when: any(siblings, (one) => eq(at(load, one), 0)) }).reads).toMatchObject({ load: 'own' });
  });

  test('anybody', () => {
    expect(footprint({ when: any(cores, (one) => stands(one, 'task', 'end')) }).reads).toMatchObject({
      'pc task': 'any',
    });
    expect(footprint({ when: not(at(mark, cpu(3))) }).reads).toMatchObject({ mark: 'any' });
    expect(footprint({ do: [set(total, load)] })).toMatchObject({ reads: { load: 'own' }, writes: { total: 'any' } });
  });
});
