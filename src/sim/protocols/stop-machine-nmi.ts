/**
 * The proposed stop_machine_nmi() of 2025-26: each stopper raises an NMI on itself, the function runs in the handler, the stopper
 * collects its result. Only the facility is modelled; of the function only its success or error.
 */
import { flag, increment, perCpu, range, set, shared, when } from '../language/effects.ts';
import {
  all,
  and,
  any,
  at,
  bitor,
  choose,
  cpus,
  eq,
  hasRole,
  implies,
  lt,
  ne,
  not,
  type Operand,
  or,
} from '../language/expressions.ts';
import type { Effect, Expr, Model, Property, Ref } from '../language/model.ts';
import { define, line, type Line, type Move, populated, program, type Program, spin } from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import { loading } from '../machine/load.ts';
import { iret, NMI_FIELDS, nmiEntry, ordinaryHandler, selfNmi, unrelatedNmi } from '../machine/nmi.ts';
import { panicked } from '../machine/panic.ts';
import { errorPreserved, nmiConserved, rootCauseReported } from '../properties.ts';
import { LATE_SELF_NMI } from './parts/assumptions.ts';
import { disturbed, noteDisturbance } from './parts/ledger.ts';
import { castOf } from './parts/cast.ts';
import { choice, type Chosen, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';
import { acknowledge, callerReturning, returning, type Stoppers, stoppersOf } from './parts/stop-machine.ts';

const CHOICES = {
  result: choice(
    'whether a stopper waits for its handler before it reads the result (v2) or does not (RFC, v1)',
    'awaited',
    'read at once',
  ),
  gate: choice(
    'how the handler knows its NMI: by a mask of CPUs that owe a run (v2), by static key and flag (RFC, v1)',
    'mask',
    'key and flag',
  ),
  errors: choice(
    "how stoppers' results become one: bitwise OR of the negative numbers, the first error stays, the last wins (mainline)",
    'or',
    'first',
    'last',
  ),
  cpus: choice('`cpus` as given: all online ones, or NULL, which means the first online one', 'all', 'NULL'),
  clear: choice('mutant: the mask bit is cleared before the result is stored', 'after the store', 'before the store'),
} as const;

type Options = Chosen<typeof CHOICES>;

const EIO = -5;
const EBUSY = -16;
const EINVAL = -22;

/** A CPU that still owes a run of the function. Under `key and flag`: nmi_enabled. */
const owes = perCpu('owes a run', flag);
const key = shared('static key', flag, 1);
/** Kernel error numbers, negative; room for what a bitwise OR makes of them. */
const error = perCpu('err', range(-32, 0));
const written = perCpu('err written', flag);
const runs = perCpu('runs', range(0, 2));
const code = shared('code', range(-32, 0));
/** Somebody has read a result before it was there. */
const stale = shared('stale read', flag);

const collect = (errors: Options['errors']): Effect => {
  if (errors === 'or') return set(code, bitor(code, error));
  if (errors === 'last') return when(ne(error, 0), [set(code, error)]);
  return when(and(ne(error, 0), eq(code, 0)), [set(code, error)]);
};

const read = ({ errors }: Options): readonly Effect[] => [when(not(written), [set(stale, true)]), collect(errors)];

/** What a target does between the stop and its return from the function. */
function raising(options: Options): readonly Line[] {
  const reading = read(options);
  return [
    ...(options.gate === 'mask' ? [] : [line('arm', { do: [set(owes, true)] })]),
    line('self nmi', { do: [selfNmi] }),
    options.result === 'awaited'
      ? spin('await handler', { when: not(owes), do: reading })
      : line('read result', { do: reading }),
  ];
}

/** The stoppers of all online CPUs; control is always a target. RFC and v1 switch the key off when stop_machine has ended. */
function stoppers(options: Options, stopping: Stoppers): readonly Program[] {
  const back = line('return', { do: [acknowledge(stopping)] });
  const keyOff = options.gate === 'mask' ? [] : [line('key off', { do: [set(key, false)] })];
  return [
    program('task', 'control', [...raising(options), back, ...callerReturning(stopping, ...keyOff)]),
    program('task', 'other target', [...raising(options), back, ...returning(stopping)]),
    program('task', 'bystander', [back, ...returning(stopping)]),
  ];
}

function handler(setting: Setting, options: Options): Program {
  const mine: Operand = options.gate === 'mask' ? owes : and(key, owes);
  const maskLast = options.gate === 'mask' && options.clear === 'after the store';
  const clearsInHook = options.gate === 'key and flag';
  const stored = (value: number, ...more: readonly Effect[]): readonly Effect[] => [
    set(error, value),
    set(written, true),
    increment(runs),
    ...more,
  ];
  const after = maskLast ? 'leave mask' : 'iret';
  const outcomes: readonly Move[] = [
    { do: stored(0), goto: after, cost: 'load' },
    ...(setting.faults.reject === 0
      ? []
      : [EIO, EBUSY, EINVAL].map((value) => ({
          budget: 'reject',
          do: stored(value, noteDisturbance),
          goto: after,
          cost: 'load',
        }))),
  ];
  const leaveMask = (goto: string): Line => line('leave mask', { do: [set(owes, false)], goto });
  return program('nmi', 'online', [
    nmiEntry('hook'),
    line(
      'hook',
      {
        when: mine,
        do: clearsInHook ? [set(owes, false)] : [],
        goto: maskLast || clearsInHook ? 'function' : 'leave mask',
      },
      { when: not(mine), goto: 'ordinary handler' },
    ),
    ...(maskLast || clearsInHook ? [] : [leaveMask('function')]),
    line('function', ...outcomes),
    ...(maskLast ? [leaveMask('iret')] : []),
    ordinaryHandler(),
    iret,
  ]);
}

function properties(): readonly Property[] {
  const failed = any(cpus, (one) => lt(at(error, one), 0));
  const returned = any(cpus, (one) => and(lt(at(error, one), 0), eq(at(error, one), code)));
  const isTarget = (one: Ref): Expr => hasRole(one, 'target');
  return [
    {
      id: 'P6',
      title: 'undisturbed, the function runs on every target and the caller gets success',
      polarity: 'eventually',
      holds: or(
        disturbed,
        and(
          eq(code, 0),
          all(cpus, (one) => implies(isTarget(one), eq(at(runs, one), 1))),
        ),
      ),
      matters: 'the function did not run where it was asked to',
    },
    {
      id: 'P9',
      title: 'no result is read before its handler has written it',
      polarity: 'always',
      holds: not(stale),
      matters: 'the caller gets a stale 0 for a function that failed',
    },
    errorPreserved(failed, code),
    rootCauseReported(failed, returned),
    {
      id: 'P10v',
      title: 'no error is hidden behind another: the bits of each are in what the caller gets',
      polarity: 'eventually',
      holds: all(cpus, (one) => eq(bitor(code, at(error, one)), code)),
      matters: 'one of two failures is never seen',
    },
    nmiConserved((one) => hasRole(one, 'online')),
    {
      id: 'P20',
      title: 'the function runs once on each target and nowhere else',
      polarity: 'eventually',
      holds: all(cpus, (one) => eq(at(runs, one), choose(isTarget(one), 1, 0))),
      matters: 'cpus == NULL was taken for every CPU, or one CPU ran it twice or never',
    },
    {
      id: 'S1',
      title: 'the function runs',
      polarity: 'sometimes',
      holds: any(cpus, (one) => lt(0, at(runs, one))),
      matters: 'everything holds of a facility that never does anything',
    },
  ];
}

function build(setting: Setting, options: Options): Model {
  const { topology, faults } = setting;
  const cast = castOf(setting, 'first thread');
  const target = options.cpus === 'all' ? cast.roles.online : cast.roles.control;
  const roles = {
    ...cast.roles,
    target,
    'other target': target.map((has, id) => has && cast.roles.control[id] !== true),
    bystander: cast.roles.online.map((has, id) => has && target[id] !== true),
  };
  const masked = options.gate === 'mask';
  const stopping = stoppersOf(cast.online);
  const programs = populated([...stoppers(options, stopping), handler(setting, options)], roles);
  return define({
    name: 'stop-machine-nmi',
    topology,
    roles,
    fields: [
      { ...owes, initial: masked ? target.map(Number) : 0 },
      ...(masked ? [] : [key]),
      stopping.acks,
      stopping.todo,
      error,
      written,
      runs,
      code,
      stale,
      disturbed,
      panicked,
      loading,
      ...NMI_FIELDS,
    ],
    contexts: ['task', 'nmi'],
    programs,
    environment: unrelatedNmi(faults),
    budgets: budgetsOf(faults),
    properties: properties(),
  });
}

export const STOP_MACHINE_NMI: Protocol<typeof CHOICES> = {
  id: 'stop-machine-nmi',
  title: "stop_machine_nmi(): the function runs in each CPU's self-NMI",
  source: 'Kaplan, RFC 28/56, Oct 13 2025; Bae, v1 Jan 25 2026 and v2 Mar 30 2026 (11 patches)',
  choices: CHOICES,
  answer: 'code',
  outcome: 'err',
  assumes: () => [LATE_SELF_NMI],
  build,
};
