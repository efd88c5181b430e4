/** Small programs whose state counts can be worked out by hand. */
import {
  add,
  all,
  and,
  any,
  at,
  count,
  cpus,
  eq,
  is,
  lt,
  me,
  not,
  or,
  same,
  stands,
} from '../../../src/sim/language/expressions.ts';
import { flag, increment, oneOf, perCpu, range, set, shared } from '../../../src/sim/language/effects.ts';
import { define, line, program, rest } from '../../../src/sim/language/program.ts';
import type { Model } from '../../../src/sim/language/model.ts';

/** `n` CPUs add one to a counter `k` times each, under a lock. (k+1)^n + 3nk(k+1)^(n-1) states. */
export function locked(n: number, k: number): Model {
  const counter = shared('counter', range(0, n * k));
  const lock = shared('lock', flag);
  const done = perCpu('done', range(0, k));
  const seen = perCpu('seen', range(0, n * k));
  return define({
    name: `locked ${n}x${k}`,
    topology: { cores: n, threads: 1 },
    roles: {},
    fields: [counter, lock, done, seen],
    contexts: ['task'],
    programs: [
      program('task', 'every', [
        line(
          'acquire',
          { when: and(eq(lock, 0), lt(done, k)), do: [set(lock, true)] },
          { when: eq(done, k), goto: 'end' },
        ),
        line('read', { do: [set(seen, counter)] }),
        line('write', { do: [set(counter, add(seen, 1)), set(seen, 0)] }),
        line('release', { do: [set(lock, false), increment(done)], goto: 'acquire' }),
        rest('end'),
      ]),
    ],
    properties: [
      {
        id: 'total',
        title: 'no increment is lost',
        polarity: 'eventually',
        holds: eq(counter, n * k),
        matters: 'the lock is what it is for',
      },
    ],
  });
}

/** The same without the lock: the classic lost update. */
export function racing(n: number): Model {
  const counter = shared('counter', range(0, n));
  const seen = perCpu('seen', range(0, n));
  return define({
    name: `racing ${n}`,
    topology: { cores: 1, threads: n },
    roles: {},
    fields: [counter, seen],
    contexts: ['task'],
    programs: [
      program('task', 'every', [
        line('read', { do: [set(seen, counter)] }),
        line('write', { do: [set(counter, add(seen, 1)), set(seen, 0)] }),
        rest('end'),
      ]),
    ],
    properties: [
      { id: 'total', title: 'no increment is lost', polarity: 'eventually', holds: eq(counter, n), matters: '' },
      {
        id: 'both reading',
        title: 'two may hold the same old value',
        polarity: 'sometimes',
        holds: lt(
          1,
          count(cpus, (one) => stands(one, 'task', 'write')),
        ),
        matters: '',
      },
    ],
  });
}

/** Peterson's lock for two, entered once each; `polite` false forgets to give way. */
export function peterson(polite: boolean): Model {
  const wants = perCpu('wants', flag);
  const turn = shared('turn', oneOf('first', 'second'));
  const other = any(cpus, (one) => and(not(same(one, me)), at(wants, one)));
  const enter = (give: 'first' | 'second', mine: 'first' | 'second') => [
    line('want', { do: [set(wants, true)] }),
    line('give way', { do: polite ? [set(turn, give)] : [] }),
    line('wait', { when: or(not(other), is(turn, mine)) }),
    line('critical', { do: [set(wants, false)] }),
    rest('end'),
  ];
  return define({
    name: 'peterson',
    topology: { cores: 2, threads: 1 },
    roles: { first: [true, false], second: [false, true] },
    fields: [wants, turn],
    contexts: ['task'],
    programs: [program('task', 'first', enter('second', 'first')), program('task', 'second', enter('first', 'second'))],
    properties: [
      {
        id: 'exclusion',
        title: 'one at a time',
        polarity: 'always',
        holds: not(all(cpus, (one) => stands(one, 'task', 'critical'))),
        matters: '',
      },
    ],
  });
}
