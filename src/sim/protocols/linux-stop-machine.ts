/**
 * Linux before 6.7: rendezvous in stop_machine with interrupts off but NMIs on. v4.15 had no rendezvous, v4.16 loads one CPU after
 * another under a lock, v5.5 all cores in parallel. The proposals of 2022 tried to hold siblings inside NMI handlers.
 */
import { decrement, each, flag, increment, oneOf, perCore, perCpu, range, set, shared } from '../language/effects.ts';
import {
  and,
  any,
  at,
  cpus,
  eq,
  hasRole,
  is,
  lt,
  ne,
  not,
  type Operand,
  siblings,
  stands,
} from '../language/expressions.ts';
import type { Effect, Expr, Field, Model, Ref } from '../language/model.ts';
import {
  define,
  line,
  type Line,
  type Move,
  populated,
  program,
  type Program,
  rest,
  spin,
} from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import { LOAD_FIELDS, retire, revision } from '../machine/load.ts';
import {
  machineCheckContexts,
  machineCheckFields,
  machineCheckPrograms,
  machineChecks,
  mcip,
} from '../machine/machine-check.ts';
import {
  breakpoint,
  iret,
  nestedNmi,
  NMI_FIELDS,
  nmiContexts,
  nmiEntry,
  ordinaryHandler,
  selfNmi,
  unrelatedNmi,
} from '../machine/nmi.ts';
import { halted, panic, panicked } from '../machine/panic.ts';
import { monitoredStores, playDead } from '../machine/play-dead.ts';
import {
  allOrNone,
  completion,
  errorPreserved,
  mixReported,
  nmiConserved,
  offlineContained,
  panicJustified,
  somebodyLoads,
} from '../properties.ts';
import { apply, APPLY } from './parts/apply.ts';
import { ASKED_CHOICE, quietSiblings } from './parts/asked.ts';
import { LATE_SELF_NMI } from './parts/assumptions.ts';
import { refusedModel } from './parts/refused.ts';
import { groundless, LEDGER_FIELDS, noteAbandoned, noteDisturbance, notePanic } from './parts/ledger.ts';
import { type Cast, castOf } from './parts/cast.ts';
import { clockChoice, limit, limitsAreCounted } from './parts/clock.ts';
import { HOTPLUG_CHOICE, hotplugFields, hotplugMoves, onlineSetStays, unplugged } from './parts/hotplug.ts';
import { choice, type Chosen, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';
import { acknowledge, callerReturning, RETURNED, returning, type Stoppers, stoppersOf } from './parts/stop-machine.ts';

const CHOICES = {
  loading: choice(
    'cores in parallel, first threads only (v5.5, 93946a33b569); every thread in turn under a lock (v4.16); mutant: every thread, no lock',
    'parallel',
    'serial',
    'all at once',
  ),
  siblings: choice(
    'where siblings wait: in the stopper; held by an NMI handler if an NMI comes (Aug 13 2022 5/5, as posted and corrected); in an NMI they send themselves (Aug and Nov 2022)',
    'in the stopper',
    'held lazily as posted',
    'held lazily',
    'in their NMI',
  ),
  machineCheck: choice(
    'what an #MC during the update meets: its handler; MCIP, set by every thread for as long as it takes part (Aug 2022 4/5), hence a shutdown',
    'handler',
    'shutdown',
  ),
  exit: choice('mutant: siblings leave stop_machine before the exit barrier', 'barrier', 'siblings leave'),
  asked: ASKED_CHOICE,
  clock: clockChoice('await all', 'await out', 'await siblings', 'await core', 'hold'),
  hotplugLock: HOTPLUG_CHOICE,
} as const;

type Options = Chosen<typeof CHOICES>;
type Who = 'control' | 'primary' | 'secondary';

const code = shared('code', oneOf('ok', 'EIO'));
const failed = perCpu('failed', flag);
const lock = shared('update_lock', flag);
/** Lazy hold: `cpus_in_wait`. */
const held = perCpu('in hold mask', flag);
/** Self-NMI: `nmi_primary_ptr` is set. */
const placed = perCpu('nmi_primary_ptr', flag);
const coreDone = perCore('core_done', flag);

const isOnline = (one: Ref): Expr => hasRole(one, 'online');

/** Has neither counted itself out yet nor given up. */
const onItsWay = (one: Ref): Expr =>
  and(isOnline(one), not(stands(one, 'task', 'await out', 'return', ...RETURNED, halted.label)));

interface Parts {
  readonly setting: Setting;
  readonly options: Options;
  readonly cast: Cast;
  readonly cpusIn: Field;
  readonly cpusOut: Field;
  readonly stoppers: Stoppers;
  /** Siblings that have reached their NMI handler. */
  readonly callin: Field;
}

const fail: readonly Effect[] = [noteDisturbance, set(failed, true), set(code, 'EIO')];

/** The companion patch of Aug 2022: MCIP is set already when an #MC comes. Without machine checks nobody could tell. */
const masksMachineChecks = ({ setting, options }: Parts): boolean =>
  options.machineCheck === 'shutdown' && setting.faults.mce !== 0;

/** The last thing a CPU does in the function it was stopped for. */
const leaving = (parts: Parts): readonly Effect[] => [
  ...(masksMachineChecks(parts) ? [set(mcip, false)] : []),
  acknowledge(parts.stoppers),
];

const holdsLazily = ({ siblings }: Options): boolean =>
  siblings === 'held lazily' || siblings === 'held lazily as posted';

/**
 * From the entry barrier to the exit barrier, for who loads. Whoever has gone through a barrier executes a few known instructions
 * before the next wait, interrupts off: that is no foreign code, hence `spin`.
 */
function loadLines(parts: Parts): readonly Line[] {
  const { setting, options, callin } = parts;
  const { faults, vendor, topology } = setting;
  const serial = options.loading === 'serial';
  const lazily = holdsLazily(options);
  const inNmi = options.siblings === 'in their NMI';
  const everyone = options.loading !== 'parallel';
  const end: readonly Effect[] = [
    ...(serial ? [set(lock, false)] : []),
    ...(lazily ? [each(siblings, (one) => [set(at(held, one), false)])] : []),
    ...(inNmi ? [set(coreDone, true)] : []),
  ];
  const leave = end.length === 0 ? 'count out' : 'release';
  const noSiblings = topology.threads - 1;
  const next = serial ? 'lock' : everyone ? 'compare' : APPLY;
  return [
    ...(lazily ? [line('hold siblings', { do: [each(siblings, (one) => [set(at(held, one), true)])] })] : []),
    ...(inNmi
      ? [
          spin(
            'await siblings',
            { when: eq(callin, noSiblings), goto: next },
            // It logs the failure and loads all the same.
            ...limit(setting.faults, options.clock, 'await siblings', {
              when: ne(callin, noSiblings),
              do: [...noteAbandoned, set(failed, true), set(code, 'EIO')],
              goto: next,
              cost: 'callin 2022 timeout',
            }),
          ),
        ]
      : []),
    // raw_spin_lock() is one atomic access.
    ...(serial ? [spin('lock', { when: not(lock), do: [set(lock, true)] })] : []),
    ...(everyone
      ? [
          spin(
            'compare',
            { when: is(revision, 'old'), goto: APPLY },
            { when: is(revision, 'new'), goto: leave, note: 'new already, thanks to the sibling: UCODE_OK' },
          ),
        ]
      : []),
    apply(),
    line(
      'load',
      ...retire(vendor, faults, {
        loaded: { do: [], goto: leave },
        refused: { do: fail, goto: leave },
      }),
    ),
    ...(end.length === 0 ? [] : [spin('release', { do: end })]),
    ...countingOut(parts, 'await out'),
    ...(faults.hang === 0 ? [] : [rest('hung')]),
  ];
}

const countingOut = ({ cpusOut }: Parts, goto: string): readonly Line[] => [
  spin('count out', { do: [increment(cpusOut)], goto }),
];

/** What a sibling does instead of loading, from the entry barrier on. */
function siblingLines(parts: Parts): readonly Line[] {
  const { options } = parts;
  const out = countingOut(parts, options.exit === 'siblings leave' ? 'leave early' : 'await out');
  return options.siblings === 'in their NMI'
    ? [spin('mark', { do: [set(placed, true)] }), spin('self nmi', { do: [selfNmi] }), ...out]
    : out;
}

/** After the exit barrier a sibling calls apply to refresh its view; if its primary failed, that is a load. */
const refreshing = ({ setting }: Parts): readonly Line[] => [
  spin('refresh', { when: is(revision, 'new'), goto: 'return' }, { when: is(revision, 'old'), goto: APPLY }),
  apply(),
  line(
    'load',
    ...retire(
      setting.vendor,
      { ...setting.faults, hang: 0 },
      {
        loaded: { do: [], goto: 'return' },
        refused: { do: fail, goto: 'return' },
      },
    ),
  ),
];

function stopper(parts: Parts, who: Who): Program {
  const { setting, options, cast, cpusIn, cpusOut, stoppers } = parts;
  const { online } = cast;
  const loads = who !== 'secondary' || options.loading !== 'parallel';
  const own = loads ? loadLines(parts) : siblingLines(parts);
  const early = !loads && options.exit === 'siblings leave';
  return program('task', who, [
    line('start', {
      do: [...(masksMachineChecks(parts) ? [set(mcip, true)] : []), increment(cpusIn)],
      cost: 'gather',
    }),
    spin(
      'await all',
      { when: eq(cpusIn, online), goto: own[0]?.label ?? APPLY },
      // The arrival is not taken back.
      ...limit(setting.faults, options.clock, 'await all', {
        when: lt(cpusIn, online),
        do: [...noteAbandoned, set(failed, true), set(code, 'EIO')],
        goto: 'return',
        cost: 'linux entry timeout',
      }),
    ),
    ...own,
    ...(early
      ? []
      : [
          spin(
            'await out',
            { when: eq(cpusOut, online), goto: loads ? 'return' : 'refresh' },
            // Nothing shared is touched between the last look and panic().
            ...limit(setting.faults, options.clock, 'await out', {
              when: lt(cpusOut, online),
              do: [noteDisturbance, notePanic(any(cpus, onItsWay)), ...panic],
              goto: halted.label,
              cost: options.loading === 'serial' ? 'linux serial exit timeout' : 'linux exit timeout',
            }),
          ),
        ]),
    ...(loads || early ? [] : refreshing(parts)),
    ...(early ? [spin('leave early', { do: [...leaving(parts), decrement(stoppers.todo)], goto: 'done' })] : []),
    // A mutant's sibling returns like the others only when it gives up. Whoever has left the function still spins in
    // multi_cpu_stop(), interrupts off, until all have.
    ...(early && setting.faults.timeout === 0
      ? [rest('done')]
      : [
          spin('return', { do: leaving(parts) }),
          ...(who === 'control' ? callerReturning(stoppers) : returning(stoppers)),
        ]),
    ...unplugged(setting.faults),
    ...((setting.faults.timeout === 0 && setting.faults.mce === 0) || who !== 'control' ? [] : [halted]),
  ]);
}

function handler(parts: Parts, who: Who | 'offline'): Program {
  const { setting, options, callin } = parts;
  const plain = [nmiEntry('ordinary handler'), ordinaryHandler(), iret];
  if (who !== 'secondary' || options.siblings === 'in the stopper') return program('nmi', who, plain);
  const hooked = (mine: Operand, move: Move): readonly Line[] => [
    nmiEntry('hook'),
    line('hook', { when: mine, ...move }, { when: not(mine), goto: 'ordinary handler' }),
  ];
  const lines: readonly Line[] =
    options.siblings === 'in their NMI'
      ? [
          ...hooked(placed, { do: [increment(callin)], goto: 'await core' }),
          spin(
            'await core',
            { when: coreDone, do: [set(placed, false)], goto: 'ordinary handler' },
            ...limit(setting.faults, options.clock, 'await core', {
              when: not(coreDone),
              do: [...fail, set(placed, false)],
              goto: 'ordinary handler',
              cost: 'linux ctrl timeout',
            }),
            ...breakpoint('await core', setting.faults),
          ),
        ]
      : options.siblings === 'held lazily'
        ? [
            ...hooked(held, { goto: 'hold' }),
            spin(
              'hold',
              { when: not(held), goto: 'ordinary handler' },
              ...limit(setting.faults, options.clock, 'hold', {
                when: held,
                goto: 'ordinary handler',
                cost: 'lazy hold timeout',
              }),
            ),
          ]
        : // The loop as posted runs while the budget is below 1 us, and it starts at 100 us: it never holds.
          hooked(held, { goto: 'ordinary handler' });
  return program('nmi', who, [...lines, ordinaryHandler(), iret]);
}

/** Every primary thread of a core that is present must be online. */
const refuses = ({ topology, offline }: Setting): boolean => offline.some((id) => id % topology.threads === 0);

function build(setting: Setting, options: Options): Model {
  const { topology, faults, vendor } = setting;
  if (refuses(setting)) return refusedModel('code', setting, 'EINVAL');
  const cast = castOf(setting, 'first thread');
  const n = cast.online;
  const parts: Parts = {
    setting,
    options,
    cast,
    cpusIn: shared('cpus_in', range(0, n)),
    cpusOut: shared('cpus_out', range(0, n)),
    stoppers: stoppersOf(n),
    callin: perCore('callin', range(0, topology.threads)),
  };
  const whos = ['control', 'primary', 'secondary'] as const;
  const written = [
    ...whos.map((who) => stopper(parts, who)),
    ...[...whos, 'offline' as const].map((who) => handler(parts, who)),
    playDead(setting),
    program('task', 'dormant', [rest('wait for SIPI')]),
    ...nestedNmi(faults),
    ...machineCheckPrograms(faults),
  ];
  const programs = populated(written, cast.roles);
  const isOffline = (one: Ref): Expr => hasRole(one, 'offline');
  return define({
    name: 'linux-4.16',
    topology,
    roles: cast.roles,
    fields: [
      parts.cpusIn,
      parts.cpusOut,
      parts.stoppers.acks,
      parts.stoppers.todo,
      code,
      failed,
      panicked,
      ...(options.loading === 'serial' ? [lock] : []),
      ...(holdsLazily(options) ? [held] : []),
      ...(options.siblings === 'in their NMI' ? [placed, coreDone, parts.callin] : []),
      ...machineCheckFields(faults),
      ...NMI_FIELDS,
      ...LOAD_FIELDS,
      ...LEDGER_FIELDS,
      ...(faults.timeout === 0 ? [] : [groundless]),
      ...hotplugFields(faults, options.hotplugLock),
    ],
    contexts: [...nmiContexts(faults), ...machineCheckContexts(faults)],
    programs,
    environment: [
      ...unrelatedNmi(faults),
      ...monitoredStores(setting),
      ...machineChecks(faults),
      ...hotplugMoves(faults, 'start'),
    ],
    budgets: budgetsOf(faults),
    properties: [
      ...quietSiblings(programs, vendor, options.asked),
      allOrNone,
      mixReported(isOnline, code),
      completion(isOnline, code),
      errorPreserved(
        any(cpus, (one) => at(failed, one)),
        code,
      ),
      nmiConserved(isOnline),
      ...(faults.timeout === 0 ? [] : [panicJustified, limitsAreCounted(programs, options.clock)]),
      ...onlineSetStays(faults),
      ...(setting.offline.length > 0 ? [offlineContained(programs, isOffline)] : []),
      somebodyLoads,
    ],
  });
}

export const LINUX_STOP_MACHINE: Protocol<typeof CHOICES> = {
  id: 'linux-4.16',
  title: 'Linux 4.16 to 6.6: stop_machine, interrupts off, NMIs on',
  source: 'a5321aec6412, bb8c13d61a62 (v4.16), 93946a33b569 (v5.5); Raj, Aug 13 2022 5/5 and Nov 3 2022 07/13',
  choices: CHOICES,
  answer: 'code',
  outcome: 'failed',
  assumes: (_, { siblings }) => (siblings === 'in their NMI' ? [LATE_SELF_NMI] : []),
  build,
};
