/**
 * Linux since 6.7, arch/x86/kernel/cpu/microcode/core.c: inside stop_machine every CPU sends itself an NMI and meets the others in
 * its handler; the primary of each core loads, its siblings wait for the outcome; soft-offline threads are kicked into their own
 * wait by CPU 0. AMD (`use_nmi` off) runs the same handler in stop_machine context.
 */
import { decrement, each, flag, increment, oneOf, perCpu, range, set, shared, when } from '../language/effects.ts';
import {
  and,
  any,
  at,
  choose,
  count,
  cpus,
  eq,
  firstOf,
  hasRole,
  is,
  lt,
  me,
  named,
  ne,
  not,
  siblings,
  type Operand,
} from '../language/expressions.ts';
import { IDLE, type Effect, type Expr, type Field, type Model, type Ref } from '../language/model.ts';
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
import { LOAD_FIELDS, retire, startLoad } from '../machine/load.ts';
import {
  breakpoint,
  iret,
  latch,
  nestedNmi,
  NMI_FIELDS,
  nmiContexts,
  nmiEntry,
  ordinaryHandler,
  selfNmi,
  sendNmi,
  unrelatedNmi,
} from '../machine/nmi.ts';
import { halted, panic, panicked } from '../machine/panic.ts';
import {
  allOrNone,
  cleanedUp,
  completion,
  mixReported,
  nmiConserved,
  noForeignInstruction,
  offlineContained,
  quiesce,
  quiesceWeakly,
  errorPreserved,
  singleLoader,
  somebodyLoads,
} from '../properties.ts';
import { refusedModel } from './refused.ts';
import { LEDGER_FIELDS, noteAbandoned, noteDisturbance, noteLoad } from './ledger.ts';
import { castOf, type Cast } from './cast.ts';
import { choice, type Chosen, type Protocol, type Setting } from './protocol.ts';

const CHOICES = {
  context: choice('`use_nmi`: Intel on 64 bit, or AMD', 'nmi', 'stop-machine'),
  offlineRelease: choice(
    'who lets soft-offline threads go: CPU 0 once its own core is done, each core for its own, nobody (mutant)',
    'by CPU 0',
    'per core',
    'never',
  ),
  selfNmi: choice('whether the self-NMI is taken before the stopper goes on, or later', 'prompt', 'late'),
  kick: choice('mutant: soft-offline threads are not kicked', 'sent', 'missing'),
  barrier: choice(
    'mutant: who passes the entry barrier without waiting',
    'everyone waits',
    'primary skips',
    'secondary skips',
  ),
  siblingWait: choice('mutant: siblings do not wait for their ctrl', 'present', 'missing'),
  siblingRelease: choice('mutant: ctrl of the siblings is set before the load', 'after the load', 'before the load'),
  gate: choice('mutant: the handler looks at the static key alone', 'key and flag', 'key only'),
  flag: choice('mutant: the handler does not clear nmi_enabled', 'cleared', 'kept'),
  undo: choice(
    'who times out takes back its arrival: as coded, in an access of its own after the last failed test; in one with that test; not at all (before 0772b9aa1a8f)',
    'after the test',
    'with the test',
    'missing',
  ),
} as const;

type Options = Chosen<typeof CHOICES>;

const ctrl = perCpu('ctrl', oneOf('WAIT', 'APPLY', 'DONE'));
const result = perCpu('result', oneOf('none', 'UPDATED', 'OK', 'TIMEOUT', 'OFFLINE', 'ERROR'));
const nmiEnabled = perCpu('nmi_enabled', flag);
/** The static key `microcode_nmi_handler_enable`. */
const key = shared('nmi key', flag);
const CODES = oneOf('ok', 'EIO');
/** What writing to `reload` returns. */
const code = shared('code', CODES);

const isOnline = (one: Ref): Expr => hasRole(one, 'online');
const isOffline = (one: Ref): Expr => hasRole(one, 'offline');

interface Parts {
  readonly setting: Setting;
  readonly options: Options;
  readonly cast: Cast;
  /** Counts down from the number of online CPUs. */
  readonly lateCpusIn: Field;
  readonly offlineInNmi: Field;
  /** Stoppers that have not come back from the function yet. */
  readonly stopping: Field;
  /** Soft-offline threads that CPU 0 kicks. */
  readonly offline: number;
}

const giveUp = (setting: Setting, move: Move): readonly Move[] =>
  setting.faults.timeout === 0 ? [] : [{ budget: 'timeout', ...move }];

const hungLine = ({ faults }: Setting): readonly Line[] => (faults.hang === 0 ? [] : [rest('hung')]);

const toOffline = (effects: (one: Ref) => readonly Effect[]): Effect =>
  each(cpus, (one) => [when(isOffline(one), effects(one))]);

/** `ctrl[me] = DONE`, and for each online sibling what it has to do. */
const release = (order: 'APPLY' | 'DONE'): readonly Effect[] => [
  set(ctrl, 'DONE'),
  each(siblings, (one) => [when(isOnline(one), [set(at(ctrl, one), order)])]),
];

const leaves = (after: string, options: Options, offline: number, control: boolean): string =>
  offline > 0 &&
  options.kick === 'sent' &&
  (control ? options.offlineRelease !== 'never' : options.offlineRelease === 'per core')
    ? 'release offline'
    : after;

/** `load_primary()`. */
function primaryLines(parts: Parts, who: 'control' | 'primary', after: string): readonly Line[] {
  const { setting, options, lateCpusIn, offlineInNmi, offline } = parts;
  const { faults, vendor } = setting;
  const kicks = who === 'control' && offline > 0 && options.kick === 'sent';
  const out = leaves(after, options, offline, who === 'control');
  const undo = undoing(parts, out);
  const early = options.siblingRelease === 'before the load';
  const skips = options.barrier === 'primary skips';
  const releasing = options.offlineRelease === 'per core' ? siblingsOffline : toOffline;
  return [
    ...(kicks
      ? [
          line('kick offline', {
            do: [toOffline((one) => [set(at(nmiEnabled, one), true), sendNmi(one)])],
            cost: 'ipi',
          }),
          spin(
            'await offline',
            { when: eq(offlineInNmi, offline), do: [decrement(lateCpusIn)] },
            ...giveUp(setting, {
              when: lt(offlineInNmi, offline),
              do: noteAbandoned,
              goto: out,
              cost: 'linux offline timeout',
            }),
          ),
        ]
      : []),
    spin(
      'await all',
      {
        when: skips ? true : eq(lateCpusIn, 0),
        do: [noteLoad, ...(early ? release('APPLY') : []), startLoad],
        goto: 'load',
      },
      ...undo.moves,
      ...breakpoint('await all', faults),
    ),
    ...undo.lines,
    line(
      'load',
      ...retire(vendor, faults, {
        loaded: { do: [set(result, 'UPDATED'), ...(early ? [] : release('APPLY'))], goto: out },
        refused: { do: [noteDisturbance, set(result, 'ERROR'), ...(early ? [] : release('DONE'))], goto: out },
      }),
    ),
    ...(out === 'release offline'
      ? [line('release offline', { do: [releasing((one) => [set(at(ctrl, one), 'DONE')])], goto: after })]
      : []),
    ...hungLine(setting),
  ];
}

const siblingsOffline = (effects: (one: Ref) => readonly Effect[]): Effect =>
  each(siblings, (one) => [when(isOffline(one), effects(one))]);

/** Gives up the entry barrier. */
function undoing(
  { setting, options, lateCpusIn }: Parts,
  after: string,
): { readonly moves: readonly Move[]; readonly lines: readonly Line[] } {
  if (setting.faults.timeout === 0) return { moves: [], lines: [] };
  const expired = { when: ne(lateCpusIn, 0), budget: 'timeout', cost: 'linux entry timeout' };
  const leaving = [set(result, 'TIMEOUT'), ...noteAbandoned];
  const takeBack = options.undo === 'missing' ? leaving : [increment(lateCpusIn), ...leaving];
  return options.undo === 'with the test'
    ? { moves: [{ ...expired, do: takeBack, goto: after }], lines: [] }
    : { moves: [{ ...expired, goto: 'undo' }], lines: [line('undo', { do: takeBack, goto: after })] };
}

/** `load_secondary()`. */
function secondaryLines(parts: Parts, after: string): readonly Line[] {
  const { setting, options, lateCpusIn } = parts;
  const { faults, vendor } = setting;
  const waits = options.siblingWait === 'present';
  const undo = undoing(parts, after);
  const arrives: Operand = options.barrier === 'secondary skips' ? true : eq(lateCpusIn, 0);
  const apply: Move =
    vendor === 'amd'
      ? { do: [noteLoad, startLoad], goto: 'load' }
      : // The revision is new already: UCODE_OK without a WRMSR.
        { do: [set(result, 'OK'), set(ctrl, 'DONE')], goto: after };
  const copy: Move = {
    when: waits ? is(ctrl, 'DONE') : is(ctrl, 'WAIT', 'DONE'),
    do: [set(result, at(result, firstOf(me)))],
    goto: after,
  };
  return [
    spin('await all', { when: arrives, goto: 'await ctrl' }, ...undo.moves, ...breakpoint('await all', faults)),
    spin(
      'await ctrl',
      { when: is(ctrl, 'APPLY'), ...apply },
      copy,
      ...giveUp(setting, {
        when: is(ctrl, 'WAIT'),
        do: [noteDisturbance, ...panic],
        goto: options.context === 'nmi' ? IDLE : halted.label,
        cost: 'linux ctrl timeout',
      }),
      ...breakpoint('await ctrl', faults),
    ),
    ...(vendor === 'amd'
      ? [
          line(
            'load',
            ...retire(vendor, faults, {
              loaded: { do: [set(result, 'UPDATED'), set(ctrl, 'DONE')], goto: after },
              refused: { do: [noteDisturbance, set(result, 'ERROR'), set(ctrl, 'DONE')], goto: after },
            }),
          ),
          ...hungLine(setting),
        ]
      : []),
    ...undo.lines,
  ];
}

const updateLines = (parts: Parts, who: 'control' | 'primary' | 'secondary', after: string): readonly Line[] =>
  who === 'secondary' ? secondaryLines(parts, after) : primaryLines(parts, who, after);

/** Where `update_handler()` begins: with the arrival, except on the CPU that first kicks the offline ones. */
function beginning({ options, offline, lateCpusIn }: Parts, who: 'control' | 'primary' | 'secondary'): Move {
  if (who === 'control' && offline > 0 && options.kick === 'sent') return { goto: 'kick offline' };
  if (who === 'secondary' && options.barrier === 'secondary skips') return { goto: 'await all' };
  return { do: [decrement(lateCpusIn)], goto: 'await all' };
}

/** What `reload` returns, from the results of the online CPUs. */
function analysis({ online }: Cast): Effect {
  const having = (...names: readonly ('UPDATED' | 'OK')[]) =>
    count(cpus, (one) => and(isOnline(one), is(at(result, one), ...names)));
  const failed = any(cpus, (one) => and(isOnline(one), is(at(result, one), 'none', 'TIMEOUT', 'ERROR')));
  const [good, bad] = [named(code, 'ok'), named(code, 'EIO')];
  const complete = eq(having('UPDATED', 'OK'), online);
  return set(code, choose(lt(0, having('UPDATED')), choose(complete, good, bad), choose(failed, bad, good)));
}

/** The stopper of an online CPU, and on control what comes before and after stop_machine. */
function stopper(parts: Parts, who: 'control' | 'primary' | 'secondary'): Program {
  const { setting, options, cast, stopping } = parts;
  const nmi = options.context === 'nmi';
  const back: Move = { when: options.selfNmi === 'prompt' ? not(latch) : true, do: [decrement(stopping)] };
  const start: readonly Line[] = nmi
    ? [
        line('arm', { do: [set(nmiEnabled, true)], cost: 'gather' }),
        line('self nmi', { do: [selfNmi] }),
        spin('return', back),
      ]
    : [
        line('start', { ...beginning(parts, who), cost: 'gather' }),
        ...updateLines(parts, who, 'return'),
        line('return', { do: [decrement(stopping)] }),
      ];
  const end: readonly Line[] =
    who === 'control'
      ? [
          spin('await stoppers', { when: eq(stopping, 0), do: [...(nmi ? [set(key, false)] : []), analysis(cast)] }),
          rest('done'),
          ...(setting.faults.timeout !== 0 && cast.roles.secondary.includes(true) ? [halted] : []),
        ]
      : [spin('await stoppers', { when: eq(stopping, 0) }), rest('done')];
  return program('task', who, [...start, ...end]);
}

/** `exc_nmi` on an online CPU: `goto out` when the hook has consumed the NMI. */
function onlineNmi(parts: Parts, who: 'control' | 'primary' | 'secondary'): Program {
  const { options } = parts;
  if (options.context !== 'nmi') return program('nmi', who, [nmiEntry('ordinary handler'), ordinaryHandler(), iret]);
  const mine = options.gate === 'key only' ? and(key) : and(key, nmiEnabled);
  const begin = beginning(parts, who);
  return program('nmi', who, [
    nmiEntry('hook'),
    line(
      'hook',
      {
        when: mine,
        do: [...(options.flag === 'cleared' ? [set(nmiEnabled, false)] : []), ...(begin.do ?? [])],
        goto: begin.goto ?? 'await all',
      },
      { when: not(mine), goto: 'ordinary handler' },
    ),
    ...updateLines(parts, who, 'iret'),
    ordinaryHandler(),
    iret,
  ]);
}

/** `exc_nmi` on a soft-offline CPU: nothing but the loader's own hook, then straight back to the play-dead loop. */
function offlineNmi(parts: Parts): Program {
  const { setting, offlineInNmi, options, offline } = parts;
  if (offline === 0 || options.kick === 'missing') return program('nmi', 'offline', [nmiEntry('iret'), iret]);
  const mine = and(key, nmiEnabled);
  return program('nmi', 'offline', [
    nmiEntry('hook'),
    line(
      'hook',
      {
        when: mine,
        do: [set(nmiEnabled, false), set(result, 'OFFLINE'), increment(offlineInNmi)],
        goto: 'await ctrl',
      },
      { when: not(mine), goto: 'iret' },
    ),
    spin(
      'await ctrl',
      { when: not(is(ctrl, 'WAIT')), goto: 'iret' },
      // The result of the wait is ignored.
      ...giveUp(setting, { when: is(ctrl, 'WAIT'), do: [noteDisturbance], goto: 'iret', cost: 'linux ctrl timeout' }),
      ...breakpoint('await ctrl', setting.faults),
    ),
    iret,
  ]);
}

/** `setup_cpus()`: primary threads must be online, offline siblings must be reachable by NMI. */
function refuses({ topology, offline, vendor }: Setting, { context }: Options): boolean {
  const primaryAway = offline.some((id) => id % topology.threads === 0);
  // AMD is nmi_safe: its offline siblings may stay where they are.
  const unreachable = offline.length > 0 && context !== 'nmi' && vendor !== 'amd';
  return primaryAway || unreachable;
}

function properties(programs: readonly Program[], { vendor, offline }: Setting) {
  const failed = any(cpus, (one) => and(isOnline(one), is(at(result, one), 'TIMEOUT', 'ERROR')));
  const quiet = [quiesce(programs), quiesceWeakly(programs), noForeignInstruction(programs), singleLoader];
  return [
    ...(vendor === 'amd' ? [] : quiet),
    allOrNone,
    mixReported(isOnline, code),
    completion(isOnline, code),
    errorPreserved(failed, code),
    cleanedUp(and(not(key), not(any(cpus, (one) => at(nmiEnabled, one))))),
    nmiConserved(isOnline),
    ...(offline.length > 0 && vendor === 'intel' ? [offlineContained(programs, isOffline)] : []),
    somebodyLoads,
  ];
}

function build(setting: Setting, options: Options): Model {
  const { topology, faults } = setting;
  const cast = castOf(setting, 'first thread');
  const n = cast.online;
  const offline = options.context === 'nmi' ? setting.offline.length : 0;
  if (refuses(setting, options)) return refusedModel('code', setting, 'EBUSY');
  const parts: Parts = {
    setting,
    options,
    cast,
    // Room below zero: a CPU that arrives twice is seen, not hidden by saturation.
    lateCpusIn: shared('late_cpus_in', range(-n, n), n),
    offlineInNmi: shared('offline_in_nmi', range(0, Math.max(offline, 1))),
    stopping: shared('stopping', range(0, n), n),
    offline,
  };
  const whos = ['control', 'primary', 'secondary'] as const;
  const written = [
    ...whos.flatMap((who) => [stopper(parts, who), onlineNmi(parts, who)]),
    program('task', 'offline', [rest('play dead')]),
    program('task', 'dormant', [rest('wait for SIPI')]),
    offlineNmi(parts),
    ...nestedNmi(faults),
  ];
  const programs = populated(written, cast.roles);
  return define({
    name: 'linux-6.7',
    topology,
    roles: cast.roles,
    fields: [
      parts.lateCpusIn,
      parts.stopping,
      ctrl,
      result,
      code,
      panicked,
      { ...key, initial: options.context === 'nmi' ? 1 : 0 },
      nmiEnabled,
      ...(offline > 0 ? [parts.offlineInNmi] : []),
      ...NMI_FIELDS,
      ...LOAD_FIELDS,
      ...LEDGER_FIELDS,
    ],
    contexts: nmiContexts(faults),
    programs,
    environment: unrelatedNmi(faults),
    budgets: budgetsOf(faults),
    properties: properties(programs, setting),
  });
}

export const LINUX_NMI: Protocol<typeof CHOICES> = {
  id: 'linux-6.7',
  title: 'Linux 6.7: everybody in its own NMI, the first thread of each core loads',
  source:
    'arch/x86/kernel/cpu/microcode/core.c, series 634ac23ad609 .. cf5ab01c8703 (Oct 2023), 8f849ff63bcb for offline CPUs',
  choices: CHOICES,
  answer: 'code',
  outcome: 'result',
  build,
};
