import { describe, expect, test } from 'vitest';
import { flag, jump, oneOf, perCpu, range, set, shared } from '../../../src/sim/language/effects.ts';
import { add, and, at, count, cpu, cpus, eq, hasRole, is, me, stands } from '../../../src/sim/language/expressions.ts';
import type { Expr } from '../../../src/sim/language/model.ts';
import { define, line, program, rest, spin, type Definition } from '../../../src/sim/language/program.ts';
import { ModelError } from '../../../src/sim/language/validate.ts';

const x = shared('x', range(0, 3));
const door = shared('door', oneOf('open', 'shut'));
const mark = perCpu('mark', flag);

const good: Definition = {
  name: 'toy',
  topology: { cores: 1, threads: 2 },
  roles: { first: [true, false] },
  fields: [x, door, mark],
  contexts: ['task'],
  programs: [program('task', 'every', [line('go', { do: [set(x, 1)] }), rest('end')])],
  properties: [],
};

const going = (...moves: Parameters<typeof line>[1][]): Pick<Definition, 'programs'> => ({
  programs: [program('task', 'every', [line('go', ...moves), rest('end')])],
});

const stating = (holds: Expr): Pick<Definition, 'properties'> => ({
  properties: [{ id: 'P', title: '', polarity: 'always', holds, matters: '' }],
});

function problems(parts: Partial<Definition>): readonly string[] {
  try {
    define({ ...good, ...parts });
  } catch (error) {
    if (error instanceof ModelError) return error.problems;
    throw error;
  }
  return [];
}

const WRONG: readonly (readonly [string, Partial<Definition>, string])[] = [
  [
    'a machine without threads',
    { topology: { cores: 1, threads: 0 } },
    '1 cores of 0 threads in 1 packages is no machine',
  ],
  [
    'cores that do not fill their packages',
    { topology: { packages: 2, cores: 1, threads: 2 } },
    '1 cores of 2 threads in 2 packages is no machine',
  ],
  [
    'an undeclared field in a guard',
    going({ when: perCpu('ghost', flag) }),
    'step task/every/go: unknown field ghost: `fields` does not list it',
  ],
  [
    'an undeclared field in an effect',
    going({ do: [set(perCpu('ghost', flag), 1)] }),
    'step task/every/go: unknown field ghost: `fields` does not list it',
  ],
  ['a field declared twice', { fields: [x, x, door, mark] }, 'field x is declared twice'],
  ['an empty range', { fields: [shared('y', range(2, 1)), x, door, mark] }, 'field y: 2..1 is not a range of integers'],
  ['a range beyond 16 bits', { fields: [shared('y', range(0, 70000)), x] }, 'field y: 0..70000 leaves -32768..32767'],
  [
    'an initial value outside',
    { fields: [shared('y', range(0, 1), 2), x] },
    'field y: initial value 2 is outside 0..1',
  ],
  [
    'initial values for other CPUs',
    { fields: [perCpu('y', flag, [0]), x] },
    'field y: 1 initial values for 2 instances',
  ],
  ['a name given twice', { fields: [shared('y', oneOf('a', 'a')), x] }, 'field y: it names a value twice'],
  ['an assignment outside the range', going({ do: [set(x, 4)] }), 'step task/every/go: 4 assigned to x, which is 0..3'],
  ['a comparison that cannot hold', going({ when: eq(x, 9) }), 'step task/every/go: 9 compared with x, which is 0..3'],
  ['a guard that is a number', going({ when: add(x, 1) }), 'step task/every/go: its guard is not a truth'],
  [
    'a guard that writes',
    // @ts-expect-error The types refuse it already.
    going({ when: set(x, 1) }),
    'step task/every/go: guard: an effect stands where an expression belongs: only effects write',
  ],
  [
    'a property that writes',
    // @ts-expect-error The types refuse it already.
    stating(and(true, set(x, 1))),
    'property P: holds.of.1: an effect stands where an expression belongs: only effects write',
  ],
  ['a conjunction with a number', going({ when: and(x, true) }), 'step task/every/go: a part of and is not a truth'],
  ['half a number', going({ do: [set(x, 0.5)] }), 'step task/every/go: 0.5 is no integer'],
  [
    'an unknown role',
    { programs: [program('task', 'boss', good.programs[0]?.lines ?? [])] },
    'step task/boss/go: unknown role boss',
  ],
  ['an unknown role in an expression', going({ when: hasRole(me, 'boss') }), 'step task/every/go: unknown role boss'],
  ['a role for another machine', { roles: { first: [true] } }, 'role first is given for 1 of 2 CPUs'],
  ['an unknown budget', going({ budget: 'nmi' }), 'step task/every/go: unknown budget nmi: `budgets` does not name it'],
  ['an unknown label', going({ goto: 'nowhere' }), 'step task/every/go: unknown label nowhere'],
  ['a CPU that is not there', going({ when: at(mark, cpu(2)) }), 'step task/every/go: CPU 2 of 2'],
  ['an unknown context', stating(stands(cpu(0), 'smm', 'go')), 'property P: unknown context smm'],
  [
    'a label unknown to a property',
    stating(stands(cpu(0), 'task', 'nowhere')),
    'property P: unknown label nowhere in context task',
  ],
  ['a property about nobody', stating(eq(mark, 1)), 'property P: a property has no CPU called me'],
  ['a property that is a number', stating(count(cpus, (one) => at(mark, one))), 'property P: it is not a truth'],
  [
    'a variable bound nowhere',
    stating(eq(at(mark, { ref: 'bound', name: 'c7' }), 1)),
    'property P: variable c7 is bound nowhere',
  ],
  [
    'a program that falls off its end',
    { programs: [program('task', 'every', [line('go', {})])] },
    'step task/every/go: the last line must say where to go',
  ],
  [
    'a line nobody reaches',
    { programs: [program('task', 'every', [line('go', { goto: 'end' }), line('lost', {}), rest('end')])] },
    'label lost in context task is reached by nobody',
  ],
  [
    'a line without a way out',
    { programs: [program('task', 'every', [line('go', {}), spin('wall')])] },
    'label wall in context task has no move and is no rest',
  ],
  [
    'a label written in two programs of one CPU',
    { programs: [...good.programs, program('task', 'first', [line('go', { goto: 'end' })])] },
    'label go in context task is written twice for CPU 0: for every and for first',
  ],
  [
    'a label written twice in a program',
    { programs: [program('task', 'every', [line('go', {}), line('go', {}), rest('end')])] },
    'step task/every/go: is written twice',
  ],
  [
    'a property stated twice',
    { properties: [...(stating(is(door, 'shut')).properties ?? []), ...(stating(is(door, 'open')).properties ?? [])] },
    'property P is stated twice',
  ],
];

describe('a description that is wrong in itself', () => {
  test.each(WRONG)('%s is refused with its place', (_, parts, problem) => {
    expect(problems(parts)).toContain(problem);
  });

  test('the same without the mistake is accepted', () => {
    expect(problems({})).toEqual([]);
  });

  test('all mistakes are told at once', () => {
    expect(problems(going({ when: eq(x, 9), goto: 'nowhere' }))).toHaveLength(3);
  });

  test('a name that the field does not have is refused where it is written', () => {
    const open: { name: string } = { name: 'ajar' };
    expect(() => is(door, open.name as 'open')).toThrow('field door has no value called ajar');
  });

  test('a model is data: it survives JSON', () => {
    const model = define(good);
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  });
});

describe('a jump of its own CPU to a line that only some programs have', () => {
  const jumping = (who: string): readonly string[] =>
    problems({
      roles: { first: [true, false], second: [false, true] },
      budgets: { wake: 1 },
      programs: [
        program('task', 'first', [rest('asleep'), line('awake', { goto: 'asleep' })]),
        program('task', 'second', [rest('elsewhere')]),
      ],
      environment: [{ name: 'wake', who, budget: 'wake', do: [jump(me, 'task', 'awake')] }],
    });

  test('is fine from a role that has it', () => {
    expect(jumping('first')).toEqual([]);
  });

  test('is refused from a role that would stand there without a move', () => {
    expect(jumping('every')).toEqual(['label awake in context task has no move and is no rest']);
  });
});
