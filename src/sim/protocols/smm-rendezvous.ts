/**
 * How edk2 gathers all CPUs in SMM (UefiCpuPkg/PiSmmCpuDxeSmm/MpService.c, traditional mode). A broadcast SMI reaches each CPU at its
 * own time; the first one in becomes BSP, waits for the others, pings the absent ones once more, locks the counter and runs the handlers.
 */
import { decrement, each, flag, increment, perCpu, range, set, shared, when } from '../language/effects.ts';
import {
  add,
  all,
  and,
  any,
  at,
  cpus,
  eq,
  implies,
  le,
  me,
  ne,
  not,
  type Operand,
  or,
  same,
  stands,
} from '../language/expressions.ts';
import { cpuCount, type Effect, type Field, IDLE, type Model, type Property, type Ref } from '../language/model.ts';
import { define, line, type Line, type Move, program, rest, spin } from '../language/program.ts';
import { budgetsOf, NO_FAULTS } from '../machine/faults.ts';
import { choice, type Chosen, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';

const CHOICES = {
  status: choice(
    'the order of two reads at entry: SMI status, then whether a BSP is inside; the other order lets a CPU miss both',
    'before BSP',
    'after BSP',
  ),
  ping: choice('whether the BSP sends absent CPUs one more SMI', 'once', 'never'),
} as const;

type Options = Chosen<typeof CHOICES>;

const smiLatch = perCpu('smi latch', flag, 1);
/** The platform's top-level SMI status; the BSP clears it. */
const status = shared('smi status', flag, 1);
const insideSmm = shared('InsideSmm', flag);
const inSync = shared('AllCpusInSync', flag);
const elected = shared('BSP elected', flag);
const isBsp = perCpu('is BSP', flag);
const sawStatus = perCpu('saw status', flag);
const sawBsp = perCpu('saw BSP', flag);
const present = perCpu('present', flag);
/** This CPU is counted and has not left again. */
const counted = perCpu('counted', flag);

interface Parts {
  readonly setting: Setting;
  readonly options: Options;
  readonly n: number;
  /** CPUs that have come; -1 is locked, less is locked and then decremented. */
  readonly counter: Field;
  /** The BSP's semaphore, raised once by each AP. */
  readonly run: Field;
  /** APs that the BSP waits for, taken when it locked the counter. */
  readonly expected: Field;
}

const timesOut = ({ setting }: Parts, move: Move): readonly Move[] =>
  setting.faults.timeout === 0 ? [] : [{ budget: 'timeout', cost: 'smm sync timeout', ...move }];

function entry({ options, counter }: Parts): readonly Line[] {
  const readStatus: Effect = set(sawStatus, status);
  const readBsp: Effect = set(sawBsp, insideSmm);
  const [first, second] = options.status === 'before BSP' ? [readStatus, readBsp] : [readBsp, readStatus];
  const bspHere = or(sawBsp, elected);
  const stays = or(sawBsp, sawStatus);
  const come = [increment(counter), set(counted, true)];
  const locked = eq(counter, -1);
  return [
    line(IDLE, { when: smiLatch, do: [set(smiLatch, false), first], goto: 'second read', cost: 'ipi' }),
    line('second read', { do: [second] }),
    line(
      'arrive',
      { when: not(stays), goto: 'rsm', note: 'no BSP and no SMI source: nothing to do here' },
      // ReleaseSemaphore() is one atomic access that leaves a locked counter as it is; so is the election's compare and exchange.
      { when: and(stays, locked), goto: 'too late' },
      { when: and(stays, not(locked)), do: come, goto: 'elect' },
    ),
    line(
      'elect',
      { when: not(bspHere), do: [set(elected, true), set(isBsp, true)], goto: 'lead' },
      { when: bspHere, goto: 'await BSP' },
    ),
    spin('too late', { when: not(inSync), goto: 'rsm' }),
  ];
}

function bsp(parts: Parts): readonly Line[] {
  const { options, n, counter, run, expected } = parts;
  const everyone: Operand = eq(counter, n);
  const pinged: Effect = each(cpus, (one) => [when(not(at(counted, one)), [set(at(smiLatch, one), true)])]);
  const again = options.ping === 'once';
  return [
    line('lead', { do: [set(insideSmm, true), set(present, true), set(status, false)] }),
    spin(
      'await arrivals',
      { when: everyone, goto: 'lock' },
      ...timesOut(parts, { when: not(everyone), do: again ? [pinged] : [], goto: again ? 'await pinged' : 'lock' }),
    ),
    ...(again && parts.setting.faults.timeout !== 0
      ? [
          spin(
            'await pinged',
            { when: everyone, goto: 'lock' },
            ...timesOut(parts, { when: not(everyone), goto: 'lock' }),
          ),
        ]
      : []),
    line('lock', { do: [set(inSync, true), set(expected, add(counter, -1)), set(counter, -1)] }),
    spin('await semaphores', { when: le(expected, run), goto: 'handlers' }),
    line('handlers', { do: [set(insideSmm, false)], cost: 'smi' }),
    spin('await leaving', {
      when: all(cpus, (one) => or(same(one, me), not(at(counted, one)))),
      do: [
        set(counter, 0),
        set(inSync, false),
        set(run, 0),
        set(expected, 0),
        set(elected, false),
        set(isBsp, false),
        set(counted, false),
        set(present, false),
      ],
      goto: 'rsm',
    }),
  ];
}

function ap(parts: Parts): readonly Line[] {
  const { counter, run } = parts;
  return [
    spin(
      'await BSP',
      { when: insideSmm, do: [set(present, true), increment(run)], goto: 'serve' },
      ...timesOut(parts, { when: not(insideSmm), goto: 'leave' }),
    ),
    // APHandler() looks at InsideSmm for the last time, then decrements the counter, locked or not: the BSP may count this CPU in
    // between. WaitForSemaphore() waits only while the counter is 0.
    ...(parts.setting.faults.timeout === 0
      ? []
      : [line('leave', { when: ne(counter, 0), do: [decrement(counter), set(counted, false)], goto: 'rsm' })]),
    spin('serve', { when: not(insideSmm), do: [set(present, false), set(counted, false)], goto: 'rsm' }),
  ];
}

/** Without timeouts nobody is late enough for it. */
const emptyHanded: Property = {
  id: 'S42',
  title: 'a CPU can come to find neither a BSP nor a reason',
  polarity: 'sometimes',
  holds: any(cpus, (one) => and(stands(one, 'smm', 'rsm'), not(at(sawBsp, one)), not(at(sawStatus, one)))),
  matters: 'the early way out is never taken',
};

function build(setting: Setting, options: Options): Model {
  const { topology, faults } = setting;
  const n = cpuCount(topology);
  const parts: Parts = {
    setting,
    options,
    n,
    counter: shared('counter', range(-1 - n, n)),
    run: shared('Run[BSP]', range(0, n)),
    expected: shared('APs expected', range(0, n)),
  };
  const handling = any(cpus, (one) => and(at(isBsp, one), stands(one, 'smm', 'handlers')));
  const excluded = (one: Ref): Operand => or(at(isBsp, one), at(present, one));
  return define({
    name: 'smm-rendezvous',
    topology,
    roles: {},
    fields: [
      parts.counter,
      parts.run,
      parts.expected,
      smiLatch,
      status,
      insideSmm,
      inSync,
      elected,
      isBsp,
      sawStatus,
      sawBsp,
      present,
      counted,
    ],
    contexts: ['task', 'smm'],
    programs: [
      program('task', 'every', [rest('work')]),
      program('smm', 'every', [...entry(parts), ...bsp(parts), ...ap(parts), line('rsm', { goto: IDLE })]),
    ],
    budgets: budgetsOf({ ...NO_FAULTS, timeout: faults.timeout }),
    properties: [
      {
        id: 'P22',
        title: 'while the BSP runs SMI handlers, every other CPU is in SMM with it',
        polarity: 'always',
        holds: implies(handling, all(cpus, excluded)),
        matters: 'a CPU outside can change what the handler has just checked',
      },
      {
        id: 'S22',
        title: 'handlers run',
        polarity: 'sometimes',
        holds: handling,
        matters: 'the rendezvous never completes',
      },
      ...(faults.timeout === 0 ? [] : [emptyHanded]),
    ],
  });
}

export const SMM_RENDEZVOUS: Protocol<typeof CHOICES> = {
  id: 'smm-rendezvous',
  title: 'edk2: all CPUs meet in SMM, traditional mode',
  source: 'edk2 UefiCpuPkg/PiSmmCpuDxeSmm/MpService.c, SmiRendezvous(), BSPHandler(), APHandler()',
  choices: CHOICES,
  answer: null,
  outcome: null,
  build,
};
