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
  siblings,
  stands,
  type Operand,
} from '../language/expressions.ts';
import type { Effect, Expr, Field, Model, Ref } from '../language/model.ts';
import {
  define,
  line,
  populated,
  program,
  rest,
  spin,
  type Line,
  type Move,
  type Program,
} from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import { LOAD_FIELDS, retire, revision, startLoad } from '../machine/load.ts';
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
  noForeignInstruction,
  offlineContained,
  panicJustified,
  quiesce,
  quiesceWeakly,
  singleLoader,
  somebodyLoads,
} from '../properties.ts';
import { LATE_SELF_NMI } from './assumptions.ts';
import { refusedModel } from './refused.ts';
import { groundless, LEDGER_FIELDS, noteAbandoned, noteDisturbance, noteLoad, notePanic } from './ledger.ts';
import { castOf, type Cast } from './cast.ts';
import { CLOCK_CHOICE, limit, limitsAreCounted } from './clock.ts';
import { HOTPLUG_CHOICE, hotplugFields, hotplugMoves, onlineSetStays, unplugged } from './hotplug.ts';
import { choice, type Chosen, type Protocol, type Setting } from './protocol.ts';

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
  clock: CLOCK_CHOICE,
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
  and(isOnline(one), not(stands(one, 'task', 'await out', 'await stoppers', 'done', halted.label)));

interface Parts {
  readonly setting: Setting;
  readonly options: Options;
  readonly cast: Cast;
  readonly cpusIn: Field;
  readonly cpusOut: Field;
  readonly stopping: Field;
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
  decrement(parts.stopping),
];

const holdsLazily = ({ siblings }: Options): boolean =>
  siblings === 'held lazily' || siblings === 'held lazily as posted';

/** From the entry barrier to the load, for who loads. */
function loadLines(parts: Parts): readonly Line[] {
  const { setting, options, cpusOut, callin } = parts;
  const { faults, vendor, topology } = setting;
  const serial = options.loading === 'serial';
  const lazily = holdsLazily(options);
  const inNmi = options.siblings === 'in their NMI';
  const everyone = options.loading !== 'parallel';
  const skip: Move = { do: [increment(cpusOut)], goto: 'await out' };
  const begin: readonly Effect[] = [...(serial ? [set(lock, true)] : []), noteLoad, startLoad];
  const end: readonly Effect[] = [
    ...(serial ? [set(lock, false)] : []),
    ...(lazily ? [each(siblings, (one) => [set(at(held, one), false)])] : []),
    ...(inNmi ? [set(coreDone, true)] : []),
    increment(cpusOut),
  ];
  const free: readonly Operand[] = serial ? [not(lock)] : [];
  const old = is(revision, 'old');
  const noSiblings = topology.threads - 1;
  return [
    ...(lazily ? [line('hold siblings', { do: [each(siblings, (one) => [set(at(held, one), true)])] })] : []),
    ...(inNmi
      ? [
          spin(
            'await siblings',
            { when: eq(callin, noSiblings), do: begin, goto: 'load' },
            // It logs the failure and loads all the same.
            ...limit(setting.faults, options.clock, {
              when: ne(callin, noSiblings),
              do: [...noteAbandoned, set(failed, true), set(code, 'EIO'), noteLoad, startLoad],
              goto: 'load',
              cost: 'callin 2022 timeout',
            }),
          ),
        ]
      : [
          spin(
            'apply',
            { when: and(...free, ...(everyone ? [old] : [])), do: begin, goto: 'load' },
            // Already new, thanks to the sibling: UCODE_OK without a WRMSR.
            ...(everyone ? [{ when: and(...free, is(revision, 'new')), ...skip }] : []),
          ),
        ]),
    line(
      'load',
      ...retire(vendor, faults, {
        loaded: { do: end, goto: 'await out' },
        refused: { do: [...fail, ...end], goto: 'await out' },
      }),
    ),
    ...(faults.hang === 0 ? [] : [rest('hung')]),
  ];
}

/** What a sibling does instead of loading: where it goes from the entry barrier, on its way counting itself out. */
function siblingPath(parts: Parts): {
  readonly passing: Move;
  readonly lines: readonly Line[];
} {
  const { options, cpusOut } = parts;
  const early = options.exit === 'siblings leave';
  const goto = early ? 'done' : 'await out';
  const out = [increment(cpusOut), ...(early ? leaving(parts) : [])];
  return options.siblings === 'in their NMI'
    ? {
        passing: { do: [set(placed, true)], goto: 'self nmi' },
        lines: [line('self nmi', { do: [selfNmi, ...out], goto })],
      }
    : { passing: { do: out, goto }, lines: [] };
}

/** After the exit barrier a sibling calls apply to refresh its view; if its primary failed, that is a load. */
function refreshing(parts: Parts): {
  readonly moves: readonly Move[];
  readonly lines: readonly Line[];
} {
  const { setting, cpusOut, cast } = parts;
  const out = eq(cpusOut, cast.online);
  const leave = { goto: 'await stoppers' };
  return {
    moves: [
      { when: and(out, is(revision, 'new')), do: leaving(parts), ...leave },
      { when: and(out, is(revision, 'old')), do: [noteLoad, startLoad], goto: 'second load' },
    ],
    lines: [
      line(
        'second load',
        ...retire(
          setting.vendor,
          { ...setting.faults, hang: 0 },
          {
            loaded: { do: leaving(parts), ...leave },
            refused: { do: [...fail, ...leaving(parts)], ...leave },
          },
        ),
      ),
    ],
  };
}

function stopper(parts: Parts, who: Who): Program {
  const { setting, options, cast, cpusIn, cpusOut, stopping } = parts;
  const { online } = cast;
  const loads = who !== 'secondary' || options.loading !== 'parallel';
  const loading = loadLines(parts);
  const { passing, lines: own } = loads
    ? { passing: { goto: loading[0]?.label ?? 'load' }, lines: loading }
    : siblingPath(parts);
  const refreshes = !loads && options.exit === 'barrier';
  const exits: readonly Move[] = !refreshes
    ? [{ when: eq(cpusOut, online), do: leaving(parts), goto: 'await stoppers' }]
    : refreshing(parts).moves;
  return program('task', who, [
    line('start', {
      do: [...(masksMachineChecks(parts) ? [set(mcip, true)] : []), increment(cpusIn)],
      cost: 'gather',
    }),
    spin(
      'await all',
      { when: eq(cpusIn, online), ...passing },
      // The arrival is not taken back.
      ...limit(setting.faults, options.clock, {
        when: lt(cpusIn, online),
        do: [...noteAbandoned, set(failed, true), set(code, 'EIO'), ...leaving(parts)],
        goto: 'await stoppers',
        cost: 'linux entry timeout',
      }),
    ),
    ...own,
    spin(
      'await out',
      ...exits,
      ...limit(setting.faults, options.clock, {
        when: lt(cpusOut, online),
        do: [noteDisturbance, notePanic(any(cpus, onItsWay)), ...panic],
        goto: halted.label,
        cost: options.loading === 'serial' ? 'linux serial exit timeout' : 'linux exit timeout',
      }),
    ),
    ...(refreshes ? refreshing(parts).lines : []),
    // Whoever has left the function still spins in multi_cpu_stop(), interrupts off, until all have.
    spin('await stoppers', { when: eq(stopping, 0) }),
    rest('done'),
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
            ...limit(setting.faults, options.clock, {
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
              ...limit(setting.faults, options.clock, {
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
    stopping: shared('stopping', range(0, n), n),
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
  const quiet = [quiesce(programs), quiesceWeakly(programs), noForeignInstruction(programs), singleLoader];
  return define({
    name: 'linux-4.16',
    topology,
    roles: cast.roles,
    fields: [
      parts.cpusIn,
      parts.cpusOut,
      parts.stopping,
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
      ...(vendor === 'amd' ? [] : quiet),
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
