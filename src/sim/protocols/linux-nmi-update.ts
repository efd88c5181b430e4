/** Linux's `update_handler()` since 6.7, in whichever context it runs: the variants, the state, what primaries and siblings do. */
import { decrement, each, flag, increment, oneOf, perCpu, set, shared, when } from '../language/effects.ts';
import {
  at,
  cpus,
  eq,
  firstOf,
  hasRole,
  is,
  lt,
  me,
  ne,
  not,
  type Operand,
  or,
  siblings,
} from '../language/expressions.ts';
import { type Effect, type Expr, type Field, IDLE, type Ref } from '../language/model.ts';
import { line, type Line, type Move, rest, spin } from '../language/program.ts';
import { retire } from '../machine/load.ts';
import { breakpoint, sendNmi } from '../machine/nmi.ts';
import { halted, panic } from '../machine/panic.ts';
import { apply, APPLY } from './parts/apply.ts';
import { ASKED_CHOICE } from './parts/asked.ts';
import { abandoned, noteAbandoned, noteDisturbance, notePanic, noteVain } from './parts/ledger.ts';
import type { Cast } from './parts/cast.ts';
import { clockChoice, limit } from './parts/clock.ts';
import { HOTPLUG_CHOICE } from './parts/hotplug.ts';
import { MINIMUM_CHOICES } from './parts/minimum.ts';
import { choice, type Chosen } from './protocol.ts';
import type { Setting } from './setting.ts';
import type { Stoppers } from './parts/stop-machine.ts';

export const CHOICES = {
  context: choice('`use_nmi`: Intel on 64 bit, or AMD', 'nmi', 'stop-machine'),
  offlineRelease: choice(
    'who lets soft-offline threads go: CPU 0 once its own core is done, each core for its own, nobody (mutant)',
    'by CPU 0',
    'per core',
    'never',
  ),
  selfNmi: choice('whether the self-NMI is taken before the stopper goes on, or later', 'prompt', 'late'),
  facility: choice(
    'who sends the self-NMI and knows it again: the loader (mainline; RFC and version 1 of stop_machine_nmi() as the loader are this with selfNmi=late); stop_machine_nmi() version 2, which waits for its handler, and where the flag alone gates offline threads',
    'loader',
    'stop_machine_nmi',
  ),
  mask: choice(
    'stop_machine_nmi(): when the mask of CPUs that owe a run is filled',
    'before CPUs are stopped',
    'as each sends its NMI',
  ),
  offlineGate: choice(
    'what the handler of a soft-offline thread looks at: the static key, which is on for `use_nmi` only, and its flag; the flag alone (patches 10 and 11 of Mar 30 2026, and always with stop_machine_nmi())',
    'key and flag',
    'flag',
  ),
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
  ...MINIMUM_CHOICES,
  asked: ASKED_CHOICE,
  clock: clockChoice('await all', 'await ctrl', 'await offline'),
  hotplugLock: HOTPLUG_CHOICE,
} as const;

export type Options = Chosen<typeof CHOICES>;

export const ctrl = perCpu('ctrl', oneOf('WAIT', 'APPLY', 'DONE'));
export const result = perCpu('result', oneOf('none', 'UPDATED', 'OK', 'TIMEOUT', 'OFFLINE', 'ERROR'));
export const nmiEnabled = perCpu('nmi_enabled', flag);
/** stop_machine_nmi() version 2: CPUs that still owe a run of the function inside their NMI. */
export const nmiMask = perCpu('nmi mask', flag);
/** The static key `microcode_nmi_handler_enable`. */
export const key = shared('nmi key', flag);
const CODES = oneOf('ok', 'EIO');
/** What writing to `reload` returns. */
export const code = shared('code', CODES);

/** The self-NMI is stop_machine_nmi()'s. */
export const byFacility = ({ context, facility }: Options): boolean =>
  context === 'nmi' && facility === 'stop_machine_nmi';

export const isOnline = (one: Ref): Expr => hasRole(one, 'online');
export const isOffline = (one: Ref): Expr => hasRole(one, 'offline');

export interface Parts {
  readonly setting: Setting;
  readonly options: Options;
  readonly cast: Cast;
  /** Counts down from the number of online CPUs. */
  readonly lateCpusIn: Field;
  readonly offlineInNmi: Field;
  readonly stoppers: Stoppers;
  /** `thread_ack` of MULTI_STOP_DISABLE_IRQ: CPUs that are still out of their stopper. */
  readonly arriving: Field;
  /** Soft-offline threads that CPU 0 kicks. */
  readonly offline: number;
}

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
            { when: eq(offlineInNmi, offline) },
            ...limit(faults, options.clock, 'await offline', {
              when: lt(offlineInNmi, offline),
              do: noteAbandoned,
              goto: out,
              cost: 'linux offline timeout',
            }),
          ),
          line('arrive', { do: [decrement(lateCpusIn)] }),
        ]
      : []),
    spin(
      'await all',
      // wait_for_cpus() returns, then __load_primary() calls apply_microcode(): meanwhile others take back their arrival.
      { when: skips ? true : eq(lateCpusIn, 0), goto: APPLY },
      ...undo.moves,
      ...breakpoint('await all', faults),
    ),
    ...undo.lines,
    apply(...(early ? release('APPLY') : [])),
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
  const expired = { when: ne(lateCpusIn, 0), cost: 'linux entry timeout' };
  // Below zero somebody has arrived twice: nobody is late any more.
  const vain = noteVain(or(abandoned, lt(0, lateCpusIn)));
  const give = (move: Move): readonly Move[] =>
    limit(setting.faults, options.clock, 'await all', { ...expired, ...move });
  const leaving = [set(result, 'TIMEOUT'), ...noteAbandoned];
  const takeBack = options.undo === 'missing' ? leaving : [increment(lateCpusIn), ...leaving];
  return options.undo === 'with the test'
    ? { moves: give({ do: [vain, ...takeBack], goto: after }), lines: [] }
    : { moves: give({ do: [vain], goto: 'undo' }), lines: [line('undo', { do: takeBack, goto: after })] };
}

/** `load_secondary()`. */
function secondaryLines(parts: Parts, after: string): readonly Line[] {
  const { setting, options, lateCpusIn } = parts;
  const { faults, vendor } = setting;
  const waits = options.siblingWait === 'present';
  const undo = undoing(parts, after);
  const arrives: Operand = options.barrier === 'secondary skips' ? true : eq(lateCpusIn, 0);
  const obey: Move =
    vendor === 'amd'
      ? { goto: APPLY }
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
      { when: is(ctrl, 'APPLY'), ...obey },
      copy,
      // Nothing shared is touched between the last look and panic().
      ...limit(faults, options.clock, 'await ctrl', {
        when: is(ctrl, 'WAIT'),
        do: [noteDisturbance, notePanic(not(is(at(result, firstOf(me)), 'TIMEOUT'))), ...panic],
        goto: options.context === 'nmi' ? IDLE : halted.label,
        cost: 'linux ctrl timeout',
      }),
      ...breakpoint('await ctrl', faults),
    ),
    ...(vendor === 'amd'
      ? [
          apply(),
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

export const updateLines = (parts: Parts, who: 'control' | 'primary' | 'secondary', after: string): readonly Line[] =>
  who === 'secondary' ? secondaryLines(parts, after) : primaryLines(parts, who, after);

/** Where `update_handler()` begins: with the arrival, except on the CPU that first kicks the offline ones. */
export function beginning({ options, offline, lateCpusIn }: Parts, who: 'control' | 'primary' | 'secondary'): Move {
  if (who === 'control' && offline > 0 && options.kick === 'sent') return { goto: 'kick offline' };
  if (who === 'secondary' && options.barrier === 'secondary skips') return { goto: 'await all' };
  return { do: [decrement(lateCpusIn)], goto: 'await all' };
}
