/**
 * Xen's late load, xen/arch/x86/cpu/microcode/core.c: PREPARE, CALLIN, ENTER, EXIT. The control thread loads first and alone, then
 * the other primaries in parallel; secondaries are parked in their own NMI. Runs inside stop_machine, interrupts off.
 */
import { each, flag, increment, oneOf, perCpu, range, set, shared, when } from '../language/effects.ts';
import {
  all,
  and,
  any,
  at,
  coreOf,
  count,
  cpus,
  eq,
  hasRole,
  is,
  le,
  lt,
  me,
  ne,
  not,
  type Operand,
  or,
  stands,
} from '../language/expressions.ts';
import { type Effect, type Expr, type Field, IDLE, type Model, type Property, type Ref } from '../language/model.ts';
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
import { budgetsOf, type Faults } from '../machine/faults.ts';
import { LOAD_FIELDS, retire, revision } from '../machine/load.ts';
import {
  breakpoint,
  iret,
  latch,
  nestedNmi,
  NMI_FIELDS,
  nmiContexts,
  nmiEntry,
  nmiEntryParked,
  ordinaryHandler,
  selfNmi,
  unrelatedNmi,
} from '../machine/nmi.ts';
import { halted, panic, panicked } from '../machine/panic.ts';
import { monitoredStores, playDead } from '../machine/play-dead.ts';
import {
  allOrNone,
  cleanedUp,
  completion,
  errorPreserved,
  mixReported,
  nmiConserved,
  offlineContained,
  rootCauseReported,
  somebodyLoads,
} from '../properties.ts';
import { apply, APPLY } from './parts/apply.ts';
import { ASKED_CHOICE, quietSiblings } from './parts/asked.ts';
import { LATE_SELF_NMI, NMIS_TAKEN_BETWEEN, PARKED_DO_NMI, PARKED_NMI_GATE } from './parts/assumptions.ts';
import { abandoned, disturbed, LEDGER_FIELDS, noteAbandoned, noteDisturbance } from './parts/ledger.ts';
import { type Cast, castOf } from './parts/cast.ts';
import { clockChoice, limit, limitsAreCounted } from './parts/clock.ts';
import { HOTPLUG_CHOICE, hotplugFields, hotplugMoves, onlineSetStays, unplugged } from './parts/hotplug.ts';
import { MINIMUM_CHOICES, minimumProperty, minimumRole, refusedByMinimum } from './parts/minimum.ts';
import { choice, type Chosen, type Message, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';
import { refusedModel } from './parts/refused.ts';

const CHOICES = {
  mode: choice('`ucode=nmi` (default) or `no-nmi`: do primaries load inside their self-NMI?', 'nmi', 'no-nmi'),
  callback: choice(
    'whom the NMI callback holds; the wrong answers deadlock',
    'holds secondaries',
    'holds everyone',
    'waits for whole cores',
  ),
  abortedWaiters: choice(
    'what a waiter returns that sees EXIT too early: 0 since a405bf42ed, -EBUSY before',
    'succeed',
    'fail',
  ),
  abortOn: choice(
    "which of control's errors stop the others: all since e0bb712a28, only -EIO before",
    'any error',
    'EIO',
  ),
  refusal: choice('what a refused load reports; -EEXIST: the revision was no newer', 'EIO', 'EEXIST'),
  cleanup: choice('whether every way out passes the common tail (2020)', 'always', 'on success'),
  exitEscape: choice('mutant: waits that do not accept EXIT', 'present', 'missing'),
  controlLoads: choice('mutant: control loads after the others instead of before', 'first', 'last'),
  parkedNmi: choice(
    'what an NMI meets on a parked CPU: trap_nop, where play_dead() has pointed its gate; do_nmi(), which asks for no online CPU, under FRED (`fred` in 4.21, by default on AMD since 4.22), which looks at no gate',
    'trap_nop',
    'do_nmi',
  ),
  loads: choice('one load, or a second one of a newer update right after it', 'one', 'two'),
  ...MINIMUM_CHOICES,
  asked: ASKED_CHOICE,
  clock: clockChoice('await call-in', 'await cores'),
  hotplugLock: HOTPLUG_CHOICE,
} as const;

type Options = Chosen<typeof CHOICES>;

const CODES = oneOf('ok', 'EIO', 'EBUSY', 'EEXIST');

const phase = shared('phase', oneOf('PREPARE', 'CALLIN', 'ENTER', 'EXIT'));
/** A bitmap: a CPU that calls in twice counts once. */
const calledIn = perCpu('called in', flag);
/** `loading_err`, and what a thread returns that does not go through it. Nobody clears it between two loads. */
const code = perCpu('code', CODES);
/** The CPU's code arose there; it does not just follow from another CPU's. */
const ownError = perCpu('own error', flag);
/** stop_machine's `fn_result`: the last nonzero one wins. */
const result = shared('result', CODES);
const watchdog = shared('watchdog', flag, 1);
const published = shared('patch published', flag);
const callbackSet = shared('callback installed', flag);
/** The callback that control found and puts back: the loader's own if an earlier load has left it behind. */
const savedCallback = shared('callback saved', flag);
/** The second of two loads. */
const second = shared('second load', flag);

/** The thread function returns `loading_err[me]`. */
const returnCode: readonly Effect[] = [when(ne(code, 0), [set(result, code)])];

const isOnline = (one: Ref): Expr => hasRole(one, 'online');

interface Parts {
  readonly setting: Setting;
  readonly options: Options;
  readonly cast: Cast;
  /** How many CPUs have finished their load. */
  readonly out: Field;
  /** What `out` was when control last looked. */
  readonly progress: Field;
}

const ours: Expr = is(phase, 'CALLIN');
const hungLine = ({ hang }: Faults): readonly Line[] => (hang === 0 ? [] : [rest('hung')]);

type Report = Readonly<Record<Options['abortedWaiters'], readonly Effect[]>>;

/** What a waiter returns that saw EXIT too early: from the thread function, or from the callback, which stores it. */
const FROM_THREAD: Report = { succeed: [], fail: [set(result, 'EBUSY')] };
const FROM_CALLBACK: Report = { succeed: [set(code, 'ok')], fail: [set(code, 'EBUSY')] };

/** What a waiter does that sees EXIT where it hoped for CALLIN or ENTER. */
const onAbort = ({ exitEscape, abortedWaiters }: Options, goto: string, report: Report): readonly Move[] =>
  exitEscape === 'present' ? [{ when: is(phase, 'EXIT'), do: report[abortedWaiters], goto }] : [];

/** What is put in order before a load; `loading_err` is not. */
const prepareAgain: readonly Effect[] = [
  set(second, true),
  set(phase, 'PREPARE'),
  set(result, 'ok'),
  set(disturbed, false),
  set(abandoned, false),
  each(cpus, (one) => [set(at(calledIn, one), false), set(at(ownError, one), false), set(at(revision, one), 'old')]),
];

const others = (holds: (one: Ref) => Operand): Expr =>
  all(cpus, (one) => or(not(isOnline(one)), hasRole(one, 'control'), holds(one)));

/** stop_machine_run() has ended: everybody else has come back. */
const allBack = others((one) => stands(one, 'task', 'done'));

/** It has begun again: everybody else has been called. By then whatever NMI was sent during the first load has been taken. */
const allCalled = others((one) =>
  and(stands(one, 'task', 'await call-in'), stands(one, 'nmi', IDLE), not(at(latch, one))),
);

/** Where a thread function has returned. stop_machine_run() of a second load calls it again. */
const over = ({ loads }: Options): Line =>
  loads === 'one' ? rest('done') : rest('done', { when: is(phase, 'PREPARE'), goto: 'await call-in' });

const fail = (options: Options): readonly Effect[] => [
  noteDisturbance,
  set(code, options.refusal),
  set(ownError, true),
];

function controlProgram({ setting, options, cast, out, progress }: Parts): Program {
  const { faults, vendor } = setting;
  const { controlLoads, cleanup, clock } = options;
  const { online, primaries } = cast;
  // cpumask_weight() >= num_online_cpus(): whoever has a bit counts, online or not.
  const everyoneIn = le(
    online,
    count(cpus, (one) => at(calledIn, one)),
  );
  const twice = options.loads === 'two';
  const first = controlLoads === 'first';
  const awaited = first ? primaries : primaries - 1;
  const aborts = first && (options.abortOn === 'any error' || options.refusal === 'EIO');
  const onEveryoneIn = { goto: first ? APPLY : 'enter' };
  const onAllOut = { goto: first ? 'out' : APPLY };
  const failedOut = cleanup === 'always' ? 'out' : 'out, no cleanup';
  const timeouts = faults.timeout !== 0;
  return program('task', 'control', [
    line('start', {
      do: [
        set(watchdog, false),
        set(published, true),
        ...(twice ? [set(savedCallback, callbackSet)] : []),
        set(callbackSet, true),
        set(phase, 'CALLIN'),
        set(calledIn, true),
        set(code, 'ok'),
      ],
      cost: 'gather',
    }),
    spin(
      'await call-in',
      { when: everyoneIn, ...onEveryoneIn },
      ...limit(faults, clock, 'await call-in', {
        when: not(everyoneIn),
        do: [...noteAbandoned, set(code, 'EBUSY'), set(ownError, true)],
        goto: failedOut,
        cost: 'xen call-in timeout',
      }),
    ),
    apply(),
    line(
      'load',
      ...retire(vendor, faults, {
        loaded: { do: [increment(out)], goto: first ? 'enter' : 'out' },
        refused: {
          do: [...fail(options), increment(out), ...(aborts ? noteAbandoned : [])],
          goto: aborts ? failedOut : first ? 'enter' : 'out',
        },
      }),
    ),
    line('enter', { do: [set(phase, 'ENTER')], goto: 'await cores' }),
    spin(
      'await cores',
      { when: eq(out, awaited), ...onAllOut },
      ...(timeouts
        ? [
            { when: and(lt(progress, out), ne(out, awaited)), do: [set(progress, out)], goto: 'await cores' },
            // Nothing shared is touched between the last look and panic().
            ...limit(faults, clock, 'await cores', {
              when: and(eq(progress, out), ne(out, awaited)),
              do: [noteDisturbance, ...panic],
              goto: halted.label,
              cost: 'xen progress timeout',
            }),
          ]
        : []),
    ),
    line('out', {
      do: [
        set(phase, 'EXIT'),
        set(callbackSet, twice ? savedCallback : false),
        set(published, false),
        set(watchdog, true),
      ],
      goto: 'return',
    }),
    ...(cleanup === 'always' || !(timeouts || (aborts && faults.reject > 0))
      ? []
      : [line(failedOut, { do: [set(phase, 'EXIT')] })]),
    line('return', { do: returnCode, goto: twice ? 'await others' : 'done' }),
    ...(twice
      ? [
          spin(
            'await others',
            {
              when: and(allBack, not(second)),
              do: [...prepareAgain, set(out, 0), ...(timeouts ? [set(progress, 0)] : [])],
              goto: 'await called',
            },
            { when: and(second), goto: 'done' },
          ),
          spin('await called', { when: allCalled, goto: 'start' }),
        ]
      : []),
    rest('done'),
    ...hungLine(faults),
    ...unplugged(faults),
    ...(timeouts ? [halted] : []),
  ]);
}

/** primary_thread_work(): call in, wait for control, load. In task context under `no-nmi`, otherwise inside the self-NMI. */
function work(
  { setting: { vendor, faults }, options, out }: Parts,
  after: string,
  returned: readonly Effect[],
  report: Report,
): readonly Line[] {
  return [
    spin(
      'await enter',
      { when: is(phase, 'ENTER'), goto: APPLY },
      ...onAbort(options, after, report),
      ...breakpoint('await enter', faults),
    ),
    apply(),
    line(
      'load',
      ...retire(vendor, faults, {
        loaded: { do: [set(code, 'ok'), increment(out), ...returned], goto: after },
        refused: { do: [...fail(options), increment(out), ...returned], goto: after },
      }),
    ),
    ...hungLine(faults),
  ];
}

const inNmi = (who: 'primary' | 'secondary', { setting, options }: Parts): Program =>
  program('task', who, [
    // Delivery is a step of its own, at any time: control that gives up before self_nmi() is the same as before the delivery.
    spin('await call-in', { when: ours, do: [selfNmi], goto: 'await exit' }, ...onAbort(options, 'done', FROM_THREAD)),
    spin('await exit', { when: is(phase, 'EXIT'), do: returnCode, goto: 'done' }),
    over(options),
    ...unplugged(setting.faults),
  ]);

const inTask = (parts: Parts): Program =>
  program('task', 'primary', [
    spin('await call-in', { when: ours }, ...onAbort(parts.options, 'done', FROM_THREAD)),
    line('call in', { do: [set(calledIn, true)] }),
    ...work(parts, 'done', returnCode, FROM_THREAD),
    over(parts.options),
    ...unplugged(parts.setting.faults),
  ]);

/** The NMI path of CPUs that the callback declines. */
const declined: readonly Line[] = [nmiEntry('ordinary handler'), ordinaryHandler(), iret];

const parked = ({ faults }: Setting): readonly Line[] => [
  spin(
    'parked',
    { when: is(phase, 'EXIT'), do: [set(code, 'ok')], goto: 'ordinary handler' },
    ...breakpoint('parked', faults),
  ),
  ordinaryHandler(),
  iret,
];

/** The test of `loading_state`, then the bit: control may have given up in between, and a parked CPU even be in the next load. */
const callIn = (goto: string): readonly Line[] => [
  line('callback', { when: ours }, { when: not(ours), goto: 'ordinary handler' }),
  line('call in', { do: [set(calledIn, true)], goto }),
];

/** Holds whoever comes in until EXIT. Right for secondaries, a deadlock for those whose progress EXIT depends on. */
const holding = (setting: Setting): readonly Line[] => [nmiEntry('callback'), ...callIn('parked'), ...parked(setting)];

/** As `holding`, but does not call in before every thread of the core is in its handler: primaries never are. */
const holdingWholeCores = (setting: Setting): readonly Line[] => [
  nmiEntry('callback'),
  line('callback', { when: ours, goto: 'await core' }, { when: not(ours), goto: 'ordinary handler' }),
  spin('await core', {
    when: all(coreOf(me), (thread) => not(stands(thread, 'nmi', IDLE))),
    do: [set(calledIn, true)],
    goto: 'parked',
  }),
  ...parked(setting),
];

const loading = (parts: Parts): readonly Line[] => [
  nmiEntry('callback'),
  ...callIn('await enter'),
  ...work(parts, 'ordinary handler', [], FROM_CALLBACK),
  ordinaryHandler(),
  iret,
];

/**
 * An NMI on a parked CPU. Its gate points at trap_nop, which is an IRETQ. Under FRED it runs do_nmi(): the callback asks neither for an
 * online CPU nor for one that stop_machine has stopped. With an empty sibling mask it is no primary, except on AMD, where all are.
 */
function onParked(parts: Parts): readonly Line[] {
  const { setting, options } = parts;
  if (options.parkedNmi === 'trap_nop') return [nmiEntryParked('iret'), iret];
  const everyone = options.callback === 'holds everyone';
  const [, ...lines] =
    setting.vendor === 'intel' || everyone ? holding(setting) : options.mode === 'nmi' ? loading(parts) : declined;
  return [nmiEntryParked(lines[0]?.label ?? 'iret'), ...lines];
}

function nmiPrograms(parts: Parts): readonly Program[] {
  const { setting, options } = parts;
  const everyone = options.callback === 'holds everyone';
  const primary = everyone ? holding(setting) : options.mode === 'nmi' ? loading(parts) : declined;
  return [
    program('nmi', 'control', everyone ? holding(setting) : declined),
    program('nmi', 'primary', primary),
    program(
      'nmi',
      'secondary',
      options.callback === 'waits for whole cores' ? holdingWholeCores(setting) : holding(setting),
    ),
    program('nmi', 'offline', onParked(parts)),
    ...nestedNmi(setting.faults),
  ];
}

/** What loading first and alone is for. That control's revision was no older (-EEXIST) says nothing of the update. */
const refusedByTheFirst: Property = {
  id: 'P4c',
  title: 'an update that the control CPU refuses is loaded nowhere',
  polarity: 'always',
  holds: or(
    not(any(cpus, (one) => and(hasRole(one, 'control'), is(at(code, one), 'EIO')))),
    all(cpus, (one) => is(at(revision, one), 'old')),
  ),
  matters: 'one bad update leaves the system with mixed revisions',
};

function properties(programs: readonly Program[], { vendor, offline, faults }: Setting, options: Options) {
  const failed = any(cpus, (one) => at(ownError, one));
  const returned = any(cpus, (one) => and(at(ownError, one), eq(at(code, one), result)));
  return [
    ...quietSiblings(programs, vendor, options.asked),
    allOrNone,
    refusedByTheFirst,
    mixReported(isOnline, result),
    completion(isOnline, result),
    errorPreserved(failed, result),
    rootCauseReported(failed, returned),
    cleanedUp(and(watchdog, not(published), not(callbackSet))),
    nmiConserved(isOnline),
    ...(faults.timeout === 0 ? [] : [limitsAreCounted(programs, options.clock)]),
    ...onlineSetStays(faults),
    minimumProperty(options),
    ...(offline.length > 0 && vendor === 'intel' ? [offlineContained(programs, (one) => hasRole(one, 'offline'))] : []),
    somebodyLoads,
  ];
}

function build(setting: Setting, options: Options): Model {
  const { topology, faults, vendor } = setting;
  if (refusedByMinimum(options)) return refusedModel('result', setting, 'ENXIO');
  const cast = castOf(setting, vendor === 'amd' ? 'every thread' : 'first thread');
  // A parked CPU that is drawn into a load counts as well.
  const most = cast.primaries + setting.offline.length;
  const out = shared('out', range(0, most));
  const progress = shared('out when control last looked', range(0, most));
  const parts: Parts = { setting, options, cast, out, progress };
  const written = [
    controlProgram(parts),
    options.mode === 'nmi' ? inNmi('primary', parts) : inTask(parts),
    inNmi('secondary', parts),
    playDead(setting),
    program('task', 'dormant', [rest('wait for SIPI')]),
    ...nmiPrograms(parts),
  ];
  const programs = populated(written, cast.roles);
  return define({
    name: 'xen',
    topology,
    roles: { ...cast.roles, ...minimumRole(options, cast) },
    fields: [
      phase,
      calledIn,
      out,
      code,
      ownError,
      result,
      watchdog,
      published,
      callbackSet,
      ...(options.loads === 'two' ? [savedCallback, second] : []),
      panicked,
      ...(faults.timeout === 0 ? [] : [progress]),
      ...hotplugFields(faults, options.hotplugLock),
      ...NMI_FIELDS,
      ...LOAD_FIELDS,
      ...LEDGER_FIELDS,
    ],
    contexts: nmiContexts(faults),
    programs,
    environment: [...unrelatedNmi(faults), ...monitoredStores(setting), ...hotplugMoves(faults, 'await call-in')],
    budgets: budgetsOf(faults),
    properties: properties(programs, setting, options),
  });
}

/** The loud one at the end of microcode_update_helper(): some loads succeeded, some did not. */
const DIFFERING: Message = {
  says: 'CPUs run different microcode revisions now: load it on all, or reboot',
  when: and(
    any(cpus, (one) => and(isOnline(one), is(at(revision, one), 'new'))),
    any(cpus, (one) => and(isOnline(one), is(at(revision, one), 'old'))),
  ),
};

export const XEN: Protocol<typeof CHOICES> = {
  id: 'xen',
  title: 'Xen: control first, then all cores in parallel, secondaries held in their NMI',
  source:
    'xen/arch/x86/cpu/microcode/core.c at c447b7308b; AMD rule f1315e48a0; control first 5ed12565aa; parked CPUs 73cb1383bf, FRED 286059a3bb',
  choices: CHOICES,
  answer: 'result',
  outcome: 'code',
  messages: [DIFFERING],
  assumes: ({ offline }, { parkedNmi, loads }) => [
    LATE_SELF_NMI,
    ...(loads === 'two' ? [NMIS_TAKEN_BETWEEN] : []),
    ...(offline.length === 0 ? [] : [parkedNmi === 'trap_nop' ? PARKED_NMI_GATE : PARKED_DO_NMI]),
  ],
  build,
};
