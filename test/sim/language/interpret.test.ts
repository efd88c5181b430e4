import { describe, expect, test } from 'vitest';
import {
  each,
  flag,
  increment,
  jump,
  perCore,
  perCpu,
  range,
  set,
  shared,
  when,
} from '../../../src/sim/language/effects.ts';
import { add, at, coreOf, cpus, eq, firstOf, me, not, siblings, sub } from '../../../src/sim/language/expressions.ts';
import { interpreter } from '../../../src/sim/language/interpret.ts';
import { define, line, program, rest, type Definition } from '../../../src/sim/language/program.ts';
import { search } from '../support/search.ts';
import { locked, peterson, racing } from './toys.ts';

describe('counts known beforehand', () => {
  test.each([
    [2, 1],
    [2, 3],
    [3, 2],
    [4, 2],
  ])('%i CPUs, %i locked increments: the closed form', (n, k) => {
    const found = search(locked(n, k));
    expect(found.states).toBe((k + 1) ** n + 3 * n * k * (k + 1) ** (n - 1) + rests(n, k));
    expect(found.decided.size).toBe(0);
    expect(found.stuck).toBeUndefined();
  });

  test('two racing increments: nine places, told apart by what was read and when', () => {
    const found = search(racing(2));
    expect(found.states).toBe(12);
    expect(found.decided.get('total')).toEqual([
      'task/every/read@0',
      'task/every/read@1',
      'task/every/write@0',
      'task/every/write@1',
    ]);
    expect(found.decided.get('both reading')).toHaveLength(2);
  });

  test('peterson excludes, and without giving way does not', () => {
    expect(search(peterson(true)).decided.size).toBe(0);
    expect(search(peterson(false)).decided.get('exclusion')?.length).toBeGreaterThan(0);
  });
});

/** States in which some CPUs that are done have also left for `end`: every nonempty subset of those. */
function rests(n: number, k: number): number {
  // A CPU with all its increments made stands at `acquire` or at `end`: one extra value of its (k+1).
  const free = (k + 2) ** n - (k + 1) ** n;
  const held = 3 * n * k * ((k + 2) ** (n - 1) - (k + 1) ** (n - 1));
  return free + held;
}

const shell = (parts: Partial<Definition>): Definition => ({
  name: 'shell',
  topology: { cores: 2, threads: 2 },
  roles: {},
  fields: [],
  contexts: ['task'],
  programs: [],
  properties: [],
  ...parts,
});

/** The state after CPU `cpu` has taken the only step of a one-line program. */
function afterOne(parts: Partial<Definition>, cpu: number) {
  const model = define(shell(parts));
  const machine = interpreter(model);
  const state = machine.apply(machine.initial(), { step: 0, cpu });
  return (name: string) => {
    const { base, field } = machine.slots.field.get(name) ?? { base: -1, field: undefined };
    const length = { shared: 1, core: 2, cpu: 4 }[field?.scope ?? 'shared'];
    return [...state.subarray(base, base + length)];
  };
}

describe('the meaning of the constructs', () => {
  const x = shared('x', range(0, 3));
  const mark = perCpu('mark', range(0, 9));
  const load = perCore('load', range(0, 9));
  const once = (...effects: ReturnType<typeof set>[]) => [
    program('task', 'every', [line('go', { do: effects }), rest('end')]),
  ];

  test('assignments saturate at both ends', () => {
    expect(afterOne({ fields: [x], programs: once(set(x, add(2, 9))) }, 0)('x')).toEqual([3]);
    expect(afterOne({ fields: [x], programs: once(set(x, sub(x, 5))) }, 0)('x')).toEqual([0]);
  });

  test('effects run in order, each on what the last one left', () => {
    const programs = once(set(x, 1), set(mark, x), increment(x), set(at(mark, firstOf(me)), x));
    expect(afterOne({ fields: [x, mark], programs }, 3)('mark')).toEqual([0, 0, 2, 1]);
  });

  test('a loop over siblings leaves out oneself, one over the core does not, one over all is in order', () => {
    const over = (domain: typeof siblings) =>
      once(each(domain, (one) => [set(at(mark, one), add(x, 1)), increment(x)]));
    expect(afterOne({ fields: [x, mark], programs: over(siblings) }, 3)('mark')).toEqual([0, 0, 1, 0]);
    expect(afterOne({ fields: [x, mark], programs: over(coreOf(me)) }, 3)('mark')).toEqual([0, 0, 1, 2]);
    expect(afterOne({ fields: [x, mark], programs: over(cpus) }, 3)('mark')).toEqual([1, 2, 3, 4]);
  });

  test('a per-core field is reached through any CPU of the core', () => {
    expect(afterOne({ fields: [load], programs: once(set(load, 7)) }, 3)('load')).toEqual([0, 7]);
  });

  test('a condition chooses between effects', () => {
    const programs = once(when(eq(x, 0), [set(mark, 5)], [set(mark, 6)]));
    expect(afterOne({ fields: [x, mark], programs }, 1)('mark')).toEqual([0, 5, 0, 0]);
  });

  test('a higher context stops the lower one on the same CPU only', () => {
    const armed = perCpu('armed', flag, [1, 0, 0, 0]);
    const model = define(
      shell({
        fields: [armed],
        contexts: ['task', 'nmi'],
        programs: [
          program('task', 'every', [line('work', {}), rest('end')]),
          program('nmi', 'every', [
            line('idle', { when: armed, do: [set(armed, false)] }),
            line('handler', { goto: 'idle' }),
          ]),
        ],
      }),
    );
    const machine = interpreter(model);
    const id = (move: { step: number; cpu: number }) => `${model.steps[move.step]?.id}@${move.cpu}`;
    const entered = machine.apply(machine.initial(), { step: 1, cpu: 0 });
    expect(machine.enabled(entered).map(id)).toEqual([
      'task/every/work@1',
      'task/every/work@2',
      'task/every/work@3',
      'nmi/every/handler@0',
    ]);
  });

  test('a jump moves another CPU', () => {
    const model = define(
      shell({
        roles: { boss: [true, false, false, false], others: [false, true, true, true] },
        programs: [
          program('task', 'boss', [
            line('pull', { do: [each(siblings, (one) => [jump(one, 'task', 'end')])] }),
            rest('end'),
          ]),
          program('task', 'others', [line('wait', { when: false }), rest('end')]),
        ],
      }),
    );
    const machine = interpreter(model);
    const after = machine.apply(machine.initial(), { step: 0, cpu: 0 });
    expect(machine.stuck(machine.initial())).toBe(false);
    expect(machine.finished(after)).toBe(true);
    expect(machine.stuck(after)).toBe(true);
    expect([...after]).toEqual([...after].map((_, i) => [2, 2, 3, 3][i]));
  });

  test('the environment spends its budget, and its moves are no progress', () => {
    const hit = perCpu('hit', flag);
    const model = define(
      shell({
        fields: [hit],
        budgets: { nmi: 2 },
        environment: [{ name: 'nmi', budget: 'nmi', when: not(hit), do: [set(hit, true)] }],
      }),
    );
    const machine = interpreter(model);
    expect(machine.finished(machine.initial())).toBe(true);
    expect(search(model).states).toBe(1 + 4 + 6);
  });
});
