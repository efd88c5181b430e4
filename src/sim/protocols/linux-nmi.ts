/**
 * Linux since 6.7, arch/x86/kernel/cpu/microcode/core.c: inside stop_machine every CPU sends itself an NMI and meets the others in
 * its handler; the primary of each core loads, its siblings wait for the outcome; soft-offline threads are kicked into their own
 * wait by CPU 0. AMD (`use_nmi` off) runs the same handler in stop_machine context.
 */
import { decrement, increment, range, set, shared } from '../language/effects.ts';
import {
  and,
  any,
  at,
  choose,
  count,
  cpus,
  eq,
  is,
  lt,
  named,
  not,
  type Operand,
  stands,
} from '../language/expressions.ts';
import type { Effect, Expr, Model, Ref } from '../language/model.ts';
import { define, line, type Line, populated, program, type Program, rest, spin } from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import { LOAD_FIELDS } from '../machine/load.ts';
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
import { halted, panicked } from '../machine/panic.ts';
import { monitoredStores, playDead } from '../machine/play-dead.ts';
import {
  allOrNone,
  cleanedUp,
  completion,
  errorPreserved,
  mixReported,
  nmiConserved,
  noWaitInVain,
  offlineContained,
  panicJustified,
  somebodyLoads,
} from '../properties.ts';
import { quietSiblings } from './parts/asked.ts';
import { LATE_SELF_NMI, MASK_FIRST, PROMPT_SELF_NMI } from './parts/assumptions.ts';
import { refusedModel } from './parts/refused.ts';
import { groundless, inVain, LEDGER_FIELDS, noteDisturbance, noteVain } from './parts/ledger.ts';
import { type Cast, castOf } from './parts/cast.ts';
import { limit, limitsAreCounted } from './parts/clock.ts';
import { hotplugFields, hotplugMoves, onlineSetStays, unplugged } from './parts/hotplug.ts';
import { minimumProperty, minimumRole, refusedByMinimum } from './parts/minimum.ts';
import type { Message, Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';
import { acknowledge, callerReturning, RETURNED, returning, stoppersOf } from './parts/stop-machine.ts';
import {
  beginning,
  byFacility,
  CHOICES,
  code,
  ctrl,
  isOffline,
  isOnline,
  key,
  nmiEnabled,
  nmiMask,
  type Options,
  type Parts,
  result,
  updateLines,
} from './linux-nmi-update.ts';

/** What `reload` returns, from the results of the online CPUs. */
function analysis({ online }: Cast): Effect {
  const having = (...names: readonly ('UPDATED' | 'OK')[]) =>
    count(cpus, (one) => and(isOnline(one), is(at(result, one), ...names)));
  const failed = any(cpus, (one) => and(isOnline(one), is(at(result, one), 'none', 'TIMEOUT', 'ERROR')));
  const [good, bad] = [named(code, 'ok'), named(code, 'EIO')];
  const complete = eq(having('UPDATED', 'OK'), online);
  return set(code, choose(lt(0, having('UPDATED')), choose(complete, good, bad), choose(failed, bad, good)));
}

/** Whether a CPU can take the NMI that it sends itself before it is in its stopper. */
const armedEarly = (options: Options): boolean => byFacility(options) && options.mask === 'before CPUs are stopped';

/** From the stop to the self-NMI. */
function raising(parts: Parts): readonly Line[] {
  const { options, arriving } = parts;
  const raise = line('self nmi', { do: [selfNmi] });
  if (!byFacility(options)) return [line('arm', { do: [set(nmiEnabled, true)], cost: 'gather' }), raise];
  return armedEarly(options)
    ? [
        line('gather', { do: [decrement(arriving)], cost: 'gather' }),
        spin('await stopped', { when: eq(arriving, 0) }),
        raise,
      ]
    : [line('mark', { do: [set(nmiMask, true)], cost: 'gather' }), raise];
}

/** The first line of a stopper. */
const firstLabel = (options: Options): string =>
  options.context !== 'nmi' ? 'start' : !byFacility(options) ? 'arm' : armedEarly(options) ? 'gather' : 'mark';

/** What load_late_stop_cpus() does when stop_machine has ended. */
const evaluating = ({ options, cast }: Parts): readonly Line[] => [
  ...(options.context === 'nmi' && !byFacility(options) ? [line('key off', { do: [set(key, false)] })] : []),
  line('evaluate', { do: [analysis(cast)] }),
];

/** The stopper of an online CPU, and on control what comes before and after stop_machine. */
function stopper(parts: Parts, who: 'control' | 'primary' | 'secondary'): Program {
  const { setting, options, cast, stoppers } = parts;
  const nmi = options.context === 'nmi';
  const back: Operand = byFacility(options) ? not(nmiMask) : options.selfNmi === 'prompt' ? not(latch) : true;
  const start: readonly Line[] = nmi
    ? [...raising(parts), spin('return', { when: back, do: [acknowledge(stoppers)] })]
    : [
        line('start', { ...beginning(parts, who), cost: 'gather' }),
        ...updateLines(parts, who, 'return'),
        spin('return', { do: [acknowledge(stoppers)] }),
      ];
  const end: readonly Line[] =
    who === 'control'
      ? [
          ...callerReturning(stoppers, ...evaluating(parts)),
          ...(setting.faults.timeout !== 0 && cast.roles.secondary.includes(true) ? [halted] : []),
        ]
      : returning(stoppers);
  return program('task', who, [...start, ...end, ...unplugged(setting.faults)]);
}

/**
 * `exc_nmi` on an online CPU: `goto out` when the hook has consumed the NMI. Its own flag nobody else writes, and who switches the key
 * off does not look at arrivals, so the test and the arrival may be one step.
 */
function onlineNmi(parts: Parts, who: 'control' | 'primary' | 'secondary'): Program {
  const { options } = parts;
  if (options.context !== 'nmi') return program('nmi', who, [nmiEntry('ordinary handler'), ordinaryHandler(), iret]);
  const facility = byFacility(options);
  const mine = facility ? and(nmiMask) : options.gate === 'key only' ? and(key) : and(key, nmiEnabled);
  const begin = beginning(parts, who);
  return program('nmi', who, [
    nmiEntry('hook'),
    line(
      'hook',
      {
        when: mine,
        do: [...(facility || options.flag === 'kept' ? [] : [set(nmiEnabled, false)]), ...(begin.do ?? [])],
        goto: begin.goto ?? 'await all',
      },
      { when: not(mine), goto: 'ordinary handler' },
    ),
    ...updateLines(parts, who, facility ? 'leave mask' : 'iret'),
    ...(facility ? [line('leave mask', { do: [set(nmiMask, false)], goto: 'iret' })] : []),
    ordinaryHandler(),
    iret,
  ]);
}

/** Has not come back from the function yet. */
const inRendezvous = (parts: Parts, one: Ref): Expr =>
  and(isOnline(one), not(stands(one, 'task', ...RETURNED, ...evaluating(parts).map(({ label }) => label))));

/** `exc_nmi` on a soft-offline CPU: nothing but the loader's own hook, then straight back to the play-dead loop. */
function offlineNmi(parts: Parts): Program {
  const { setting, offlineInNmi, options, offline } = parts;
  if (offline === 0 || options.kick === 'missing') return program('nmi', 'offline', [nmiEntryParked('iret'), iret]);
  const flagAlone = byFacility(options) || options.offlineGate === 'flag';
  const mine = flagAlone ? and(nmiEnabled) : and(key, nmiEnabled);
  return program('nmi', 'offline', [
    nmiEntryParked('hook'),
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
      ...limit(setting.faults, options.clock, 'await ctrl', {
        when: is(ctrl, 'WAIT'),
        do: [noteVain(any(cpus, (one) => inRendezvous(parts, one))), noteDisturbance],
        goto: 'iret',
        cost: 'linux ctrl timeout',
      }),
      ...breakpoint('await ctrl', setting.faults),
    ),
    iret,
  ]);
}

/** `setup_cpus()`: primary threads must be online, offline siblings must be reachable by NMI. */
function refuses({ topology, offline, vendor }: Setting, { context }: Options): boolean {
  const primaryAway = offline.some((id) => id % topology.threads === 0);
  // AMD is nmi_safe: setup_cpus() lets it pass, and CPU 0 kicks them as on Intel, though the key is off.
  const unreachable = offline.length > 0 && context !== 'nmi' && vendor !== 'amd';
  return primaryAway || unreachable;
}

function properties(programs: readonly Program[], { vendor, offline, faults }: Setting, options: Options) {
  const failed = any(cpus, (one) => and(isOnline(one), is(at(result, one), 'TIMEOUT', 'ERROR')));
  return [
    ...quietSiblings(programs, vendor, options.asked),
    allOrNone,
    mixReported(isOnline, code),
    completion(isOnline, code),
    errorPreserved(failed, code),
    cleanedUp(
      and(
        not(key),
        not(any(cpus, (one) => at(nmiEnabled, one))),
        ...(byFacility(options) ? [not(any(cpus, (one) => at(nmiMask, one)))] : []),
      ),
    ),
    nmiConserved(isOnline),
    ...(faults.timeout === 0 ? [] : [noWaitInVain, panicJustified, limitsAreCounted(programs, options.clock)]),
    ...onlineSetStays(faults),
    minimumProperty(options),
    ...(offline.length > 0 && vendor === 'intel' ? [offlineContained(programs, isOffline)] : []),
    somebodyLoads,
  ];
}

function build(setting: Setting, options: Options): Model {
  const { topology, faults } = setting;
  const cast = castOf(setting, 'first thread');
  const n = cast.online;
  const offline = setting.offline.length;
  if (refuses(setting, options)) return refusedModel('code', setting, 'EBUSY');
  if (refusedByMinimum(options)) return refusedModel('code', setting, 'ENOENT');
  const parts: Parts = {
    setting,
    options,
    cast,
    // Room below zero: a CPU that arrives twice is seen, not hidden by saturation.
    lateCpusIn: shared('late_cpus_in', range(-n, n), n),
    offlineInNmi: shared('offline_in_nmi', range(0, Math.max(offline, 1))),
    stoppers: stoppersOf(n),
    arriving: shared('arriving', range(0, n), n),
    offline,
  };
  const whos = ['control', 'primary', 'secondary'] as const;
  const written = [
    ...whos.flatMap((who) => [stopper(parts, who), onlineNmi(parts, who)]),
    playDead(setting),
    program('task', 'dormant', [rest('wait for SIPI')]),
    offlineNmi(parts),
    ...nestedNmi(faults),
  ];
  const programs = populated(written, cast.roles);
  return define({
    name: 'linux-6.7',
    topology,
    roles: { ...cast.roles, ...minimumRole(options, cast) },
    fields: [
      parts.lateCpusIn,
      parts.stoppers.acks,
      parts.stoppers.todo,
      ctrl,
      result,
      code,
      panicked,
      { ...key, initial: options.context === 'nmi' && !byFacility(options) ? 1 : 0 },
      ...(byFacility(options)
        ? [{ ...nmiMask, initial: armedEarly(options) ? cast.roles.online.map(Number) : 0 }]
        : []),
      ...(armedEarly(options) ? [parts.arriving] : []),
      nmiEnabled,
      ...(offline > 0 ? [parts.offlineInNmi] : []),
      ...NMI_FIELDS,
      ...LOAD_FIELDS,
      ...LEDGER_FIELDS,
      ...(faults.timeout === 0 ? [] : [groundless, inVain]),
      ...hotplugFields(faults, options.hotplugLock),
    ],
    contexts: nmiContexts(faults),
    programs,
    environment: [...unrelatedNmi(faults), ...monitoredStores(setting), ...hotplugMoves(faults, firstLabel(options))],
    budgets: budgetsOf(faults),
    properties: properties(programs, setting, options),
  });
}

const updated = any(cpus, (one) => and(isOnline(one), is(at(result, one), 'UPDATED')));
const failing = any(cpus, (one) => and(isOnline(one), is(at(result, one), 'none', 'TIMEOUT', 'ERROR')));

/** load_late_stop_cpus(): the count of CPUs that did not make it, and the change of revision. */
const MESSAGES: readonly Message[] = [
  { says: 'load updated the CPUs, and not all of them made it', when: and(updated, failing) },
  { says: 'load failed: no CPU was updated', when: and(not(updated), failing) },
  { says: 'revision changed', when: updated },
];

export const LINUX_NMI: Protocol<typeof CHOICES> = {
  id: 'linux-6.7',
  title: 'Linux 6.7: everybody in its own NMI, the first thread of each core loads',
  source:
    'arch/x86/kernel/cpu/microcode/core.c, series 634ac23ad609 .. cf5ab01c8703 (Oct 2023), 8f849ff63bcb for offline CPUs',
  choices: CHOICES,
  answer: 'code',
  outcome: 'result',
  messages: MESSAGES,
  assumes: (_, options) => {
    if (options.context !== 'nmi') return [];
    if (byFacility(options)) return [LATE_SELF_NMI, ...(armedEarly(options) ? [MASK_FIRST] : [])];
    return [options.selfNmi === 'prompt' ? PROMPT_SELF_NMI : LATE_SELF_NMI];
  },
  build,
};
