/** Small models with known answers, and random ones, for the tests of the engine and of the exports. */
import fc from 'fast-check';
import {
  decrement,
  each,
  flag,
  increment,
  perCore,
  perCpu,
  range,
  set,
  shared,
  when,
} from '../../../src/sim/language/effects.ts';
import {
  add,
  all,
  any,
  at,
  count,
  cpus,
  eq,
  firstOf,
  lt,
  me,
  ne,
  not,
  or,
  same,
  siblings,
  stands,
  sub,
  type Operand,
} from '../../../src/sim/language/expressions.ts';
import type { Effect, Field, Model, Property, Topology } from '../../../src/sim/language/model.ts';
import { define, line, program, rest, role, type Line, type Move } from '../../../src/sim/language/program.ts';

const always = (id: string, holds: Property['holds']): Property => ({
  id,
  title: id,
  polarity: 'always',
  holds,
  matters: '',
});

/** `count` CPUs on one core each, unless threads are asked for. */
const machine = (cores: number, threads = 1): Topology => ({ cores, threads });

/**
 * N processes increment a shared counter K times under a lock. It has (K+1)^N + 3NK(K+1)^(N-1) states: nobody inside, or one of N
 * inside at one of three lines while the others have done 0..K rounds each.
 */
export function lockModel(n: number, rounds: number): Model {
  const lock = shared('lock', flag);
  const done = perCpu('done', range(0, rounds));
  const total = shared('total', range(0, n * rounds));
  return define({
    name: 'lock',
    topology: machine(n),
    roles: {},
    fields: [lock, done, total],
    contexts: ['task'],
    programs: [
      program('task', 'every', [
        rest('outside', { when: lt(done, rounds), goto: 'take' }),
        line('take', { when: eq(lock, 0), do: [set(lock, 1)] }),
        line('add', { do: [increment(total)] }),
        line('leave', { do: [increment(done), set(lock, 0)], goto: 'outside' }),
      ]),
    ],
    properties: [
      always(
        'exclusion',
        lt(
          count(cpus, (c) => stands(c, 'task', 'add', 'leave')),
          2,
        ),
      ),
      { id: 'all added', title: 'all added', polarity: 'eventually', holds: eq(total, n * rounds), matters: '' },
      {
        id: 'somebody waits',
        title: 'waiting',
        polarity: 'sometimes',
        holds: any(cpus, (c) => stands(c, 'task', 'take')),
        matters: '',
      },
    ],
  });
}

/** The same without the lock: a read and a write in two steps, so that an increment can be lost. */
export function raceModel(n: number, rounds: number): Model {
  const done = perCpu('done', range(0, rounds));
  const seen = perCpu('seen', range(0, n * rounds));
  const total = shared('total', range(0, n * rounds));
  return define({
    name: 'race',
    topology: machine(n),
    roles: {},
    fields: [done, seen, total],
    contexts: ['task'],
    programs: [
      program('task', 'every', [
        rest('read', { when: lt(done, rounds), do: [set(seen, total)] }),
        line('write', { do: [set(total, add(seen, 1)), set(seen, 0), increment(done)], goto: 'read' }),
      ]),
    ],
    properties: [
      { id: 'all added', title: 'all added', polarity: 'eventually', holds: eq(total, n * rounds), matters: '' },
      always('bounded', not(lt(n * rounds, total))),
    ],
  });
}

/** Two CPUs that take two locks in opposite orders. */
export function deadlockModel(): Model {
  const left = shared('left', flag);
  const right = shared('right', flag);
  const take = (label: string, lock: Field, goto?: string): Line =>
    line(label, { when: eq(lock, 0), do: [set(lock, 1)], ...(goto === undefined ? {} : { goto }) });
  const topology = machine(2);
  return define({
    name: 'two locks',
    topology,
    roles: { a: role(topology, (core) => core === 0), b: role(topology, (core) => core === 1) },
    fields: [left, right],
    contexts: ['task'],
    programs: [
      program('task', 'a', [
        take('left', left),
        take('right', right),
        line('free', { do: [set(left, 0), set(right, 0)] }),
        rest('end'),
      ]),
      program('task', 'b', [
        take('right', right),
        take('left', left),
        line('free', { do: [set(left, 0), set(right, 0)] }),
        rest('end'),
      ]),
    ],
    properties: [],
  });
}

interface Piece {
  readonly when: number;
  readonly effects: readonly number[];
  readonly goto: number;
  readonly budget: boolean;
}

interface Recipe {
  readonly topology: Topology;
  readonly task: readonly (readonly Piece[])[];
  readonly irq: readonly (readonly Piece[])[];
  readonly environment: readonly { readonly when: number; readonly effects: readonly number[]; readonly who: number }[];
  readonly properties: readonly number[];
}

const a = shared('a', range(-1, 2));
const b = shared('b', flag);
const k = perCore('k', range(0, 2));
const x = perCpu('x', flag);
const y = perCpu('y', range(0, 3));
const FIELDS = [a, b, k, x, y];

/** Tests that a random step may make; none names a CPU. */
const TESTS: readonly (() => Operand)[] = [
  () => true,
  () => eq(x, 1),
  () => not(eq(x, 1)),
  () => lt(a, 1),
  () => ne(b, 0),
  () => eq(k, 1),
  () => all(siblings, (c) => eq(at(x, c), 1)),
  () => any(cpus, (c) => eq(at(y, c), 2)),
  () =>
    lt(
      count(cpus, (c) => eq(at(x, c), 1)),
      2,
    ),
  () => or(eq(y, 0), stands(me, 'irq', 'r0', 'idle')),
  () => eq(at(y, firstOf(me)), y),
  () => any(cpus, (c) => not(same(c, me))),
  () => lt(sub(add(a, y), 1), k),
];

const EFFECTS: readonly (() => readonly Effect[])[] = [
  () => [set(x, 1)],
  () => [set(x, 0)],
  () => [increment(a)],
  () => [decrement(a)],
  () => [set(b, 1)],
  () => [set(b, not(b))],
  () => [increment(k)],
  () => [set(k, 0), increment(y)],
  () => [set(y, add(y, k))],
  () => [each(siblings, (c) => [set(at(x, c), 1)])],
  () => [when(eq(b, 1), [set(y, 0)], [decrement(y)])],
  () => [each(cpus, (c) => [when(eq(at(x, c), 1), [set(at(y, c), 1)])])],
  () => [set(a, add(k, y))],
];

const HOLDS: readonly (() => Property['holds'])[] = [
  () => not(all(cpus, (c) => eq(at(x, c), 1))),
  () => lt(a, 2),
  () => all(cpus, (c) => or(eq(at(x, c), 0), lt(at(y, c), 3))),
  () => any(cpus, (c) => eq(at(k, c), 2)),
  () => not(eq(b, 1)),
  () => all(cpus, (c) => not(stands(c, 'irq', 'r1'))),
  () =>
    lt(
      count(cpus, (c) => stands(c, 'task', 't1')),
      2,
    ),
];

const pick = <T>(from: readonly (() => T)[], index: number): T => {
  const made = from[index % from.length];
  if (made === undefined) throw new RangeError('nothing to choose from');
  return made();
};

function moveOf(piece: Piece, labels: readonly string[]): Move {
  return {
    when: pick(TESTS, piece.when),
    do: piece.effects.flatMap((effect) => pick(EFFECTS, effect)),
    goto: labels[piece.goto % labels.length] ?? 'idle',
    ...(piece.budget ? { budget: 'twice' } : {}),
  };
}

function modelOf(recipe: Recipe): Model {
  const taskLabels = recipe.task.map((_, index) => `t${index}`);
  const irqLabels = ['idle', ...recipe.irq.map((_, index) => `r${index}`)];
  const lines = (bodies: Recipe['task'], prefix: string, labels: readonly string[], from: number): Line[] =>
    bodies.map((pieces, index) =>
      // Every label must be reached, so the first move of each line leads to the next one.
      (index === bodies.length - 1 ? rest : line)(
        `${prefix}${index}`,
        ...pieces.map((piece, alternative) =>
          moveOf(alternative === 0 ? { ...piece, goto: index + from } : piece, labels),
        ),
      ),
    );
  const topology = recipe.topology;
  return define({
    name: 'random',
    topology,
    roles: { leader: role(topology, (_core, _thread, id) => id === 0) },
    fields: FIELDS,
    contexts: ['task', 'irq'],
    budgets: { twice: 2, strike: 1 },
    programs: [
      program('task', 'every', lines(recipe.task, 't', taskLabels, 1)),
      program('irq', 'every', [rest('idle', { when: eq(b, 1), goto: 'r0' }), ...lines(recipe.irq, 'r', irqLabels, 2)]),
    ],
    environment: recipe.environment.map(({ when: test, effects, who }, index) => ({
      name: `strike${index}`,
      who: who === 0 ? 'leader' : 'every',
      budget: 'strike',
      when: pick(TESTS, test),
      do: effects.flatMap((effect) => pick(EFFECTS, effect)),
    })),
    properties: recipe.properties.map((holds, index) => ({
      id: `p${index}`,
      title: '',
      polarity: (['always', 'sometimes', 'eventually'] as const)[index % 3] ?? 'always',
      holds: pick(HOLDS, holds),
      matters: '',
    })),
  });
}

const piece: fc.Arbitrary<Piece> = fc.record({
  when: fc.nat(50),
  effects: fc.array(fc.nat(50), { maxLength: 2 }),
  goto: fc.nat(5),
  budget: fc.boolean(),
});

const body = (max: number): fc.Arbitrary<readonly (readonly Piece[])[]> =>
  fc.array(fc.array(piece, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: max });

/** Small models that use every construct of the language. */
export const randomModel: fc.Arbitrary<Model> = fc
  .record({
    topology: fc.constantFrom(machine(2), machine(1, 2), machine(3), machine(2, 2)),
    task: body(3),
    irq: body(2),
    environment: fc.array(
      fc.record({ when: fc.nat(50), effects: fc.array(fc.nat(50), { maxLength: 2 }), who: fc.nat(1) }),
      {
        maxLength: 2,
      },
    ),
    properties: fc.array(fc.nat(50), { minLength: 3, maxLength: 6 }),
  })
  .map(modelOf);
