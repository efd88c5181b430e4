/**
 * One logical CPU and everything that can happen to it, as a model: events arrive from the environment, the CPU takes what is
 * pending at instruction boundaries in the order #MC, SMI, INIT, NMI, INTR (SDM vol. 3, table 6-2). Protocols use the parts of it
 * they need; here it is whole, to be held against the table of events.
 */
import { flag, increment, decrement, oneOf, perCpu, range, set, when } from '../language/effects.ts';
import { and, is, lt, not, or, type Operand } from '../language/expressions.ts';
import type { Effect, Field, Model } from '../language/model.ts';
import { define, program, rest, type EnvironmentMove, type Move } from '../language/program.ts';
import type { CpuState } from './event-table.ts';

export interface CpuParameters {
  /** NMIs remembered while they are blocked: 1 on hardware; KVM keeps 2 while they are not. */
  readonly nmiLatchDepth: 1 | 2;
  /** An NMI in wait-for-SIPI. The INIT that leads there clears what is latched either way. */
  readonly nmiInWfs: 'latched' | 'dropped';
  /** FRED: only the return from the NMI itself unblocks NMIs. */
  readonly fred: boolean;
  /** What is taken first after RSM when both wait. */
  readonly afterRsm: 'INIT' | 'SMI';
  /**
   * What a hypervisor's own code holds back: Intel blocks INIT in VMX root operation (SDM vol. 3, 24.8), AMD holds INIT, NMI and SMI
   * while GIF is 0 (APM vol. 2, 15.17).
   */
  readonly hypervisor: 'none' | 'VMX root' | 'GIF clear';
}

export const BARE_METAL: CpuParameters = {
  nmiLatchDepth: 1,
  nmiInWfs: 'latched',
  fred: false,
  afterRsm: 'INIT',
  hypervisor: 'none',
};

const run = perCpu('run', oneOf('RUN', 'HLT', 'MWAIT', 'WFS', 'SHUTDOWN'));
const inSmm = perCpu('smm', flag);
const blocked = perCpu('nmi blocked', flag);
const smiLatch = perCpu('smi latch', flag);
const initLatch = perCpu('init latch', flag);
const mcPending = perCpu('#MC pending', flag);
const intrPending = perCpu('INTR pending', flag);
const exceptionPending = perCpu('exception pending', flag);
const interruptsOn = perCpu('IF', flag);
/** MCG_STATUS.MCIP: another #MC now is a shutdown. */
const mcip = perCpu('mcip', flag);
const armed = perCpu('monitor armed', flag);
/** A load WRMSR in flight, or held by the sibling's: no instruction boundary. */
const loading = perCpu('loading', flag);
/** `nmi blocked` as it was at SMM entry. */
const savedBlocked = perCpu('smm saved blocking', flag);
const iretInSmm = perCpu('IRET in SMM', flag);
/** SHUTDOWN was entered inside an NMI handler: only INIT and RESET lead out. */
const shutInNmi = perCpu('shut down in NMI', flag);
/** RSM has just been executed: one boundary at which INIT goes before SMI. */
const rsmJustNow = perCpu('RSM just now', flag);
/** In VMX root operation, or GIF is 0. */
const shielded = perCpu('shielded', flag);
/** What was taken last, for who looks on. */
const took = perCpu('took', oneOf('nothing', 'NMI', 'SMI', 'INIT', 'SIPI', '#MC', 'INTR', 'exception', 'store'));

const nmiLatch = ({ nmiLatchDepth }: CpuParameters): Field => perCpu('nmi latch', range(0, nmiLatchDepth));

const awake: readonly Effect[] = [when(is(run, 'HLT', 'MWAIT'), [set(run, 'RUN')]), set(armed, false)];

/** Arrival. A step for each event, once. */
function arrivals(parameters: CpuParameters): readonly EnvironmentMove[] {
  const latch = nmiLatch(parameters);
  const keepsNmi: Operand = parameters.nmiInWfs === 'latched' ? true : not(is(run, 'WFS'));
  const event = (name: string, ...effects: readonly Effect[]): EnvironmentMove => ({
    name,
    budget: 'event',
    do: effects,
  });
  const unblocks: readonly Effect[] = parameters.fred ? [] : [set(blocked, false), when(inSmm, [set(iretInSmm, true)])];
  return [
    event('NMI', when(keepsNmi, [increment(latch)])),
    event('SMI', set(smiLatch, true)),
    event('INIT', when(not(is(run, 'WFS')), [set(initLatch, true)])),
    // An edge: it acts in wait-for-SIPI or never.
    event('SIPI', when(and(is(run, 'WFS'), not(inSmm)), [set(run, 'RUN'), set(took, 'SIPI')])),
    event('#MC', set(mcPending, true)),
    event('INTR', set(intrPending, true)),
    event('store', when(armed, [set(took, 'store'), set(armed, false), when(is(run, 'MWAIT'), [set(run, 'RUN')])])),
    event('exception', set(exceptionPending, true)),
    event('IRET', ...unblocks),
    event('IRET of the NMI', set(blocked, false), when(inSmm, [set(iretInSmm, true)])),
    event(
      'RSM',
      when(inSmm, [
        set(inSmm, false),
        set(blocked, and(savedBlocked, not(iretInSmm))),
        set(iretInSmm, false),
        set(rsmJustNow, true),
      ]),
    ),
    event('load retires', set(loading, false)),
    event('VMXOFF or STGI', set(shielded, false)),
  ];
}

/** Taking what is pending, highest first: each alternative excludes those above it. */
function boundary(parameters: CpuParameters): readonly Move[] {
  const latch = nmiLatch(parameters);
  const executes: Operand = not(loading);
  const machineCheck = and(mcPending, not(is(run, 'WFS', 'SHUTDOWN')));
  const holds = parameters.hypervisor === 'GIF clear' ? shielded : false;
  const smi = and(smiLatch, not(inSmm), not(is(run, 'WFS')), not(holds));
  const init = and(initLatch, not(inSmm), not(shielded));
  const initFirst: Operand = parameters.afterRsm === 'INIT' ? and(rsmJustNow, init) : false;
  const leavesShutdown = or(not(is(run, 'SHUTDOWN')), not(shutInNmi));
  const nmi = and(lt(0, latch), not(blocked), not(is(run, 'WFS')), leavesShutdown, not(holds));
  const intr = and(intrPending, interruptsOn, not(inSmm), not(is(run, 'WFS', 'SHUTDOWN')));
  const exception = and(exceptionPending, not(is(run, 'WFS', 'SHUTDOWN', 'HLT')));
  const taken: readonly (readonly [Operand, readonly Effect[]])[] = [
    [
      machineCheck,
      [
        set(mcPending, false),
        when(mcip, [set(run, 'SHUTDOWN'), set(shutInNmi, blocked)], [...awake, set(mcip, true), set(took, '#MC')]),
      ],
    ],
    [
      and(smi, not(initFirst)),
      [
        set(smiLatch, false),
        set(savedBlocked, blocked),
        set(iretInSmm, false),
        set(blocked, true),
        set(inSmm, true),
        // HLT is restarted by RSM; MWAIT is not.
        when(is(run, 'MWAIT'), [set(run, 'RUN')]),
        set(armed, false),
        set(took, 'SMI'),
      ],
    ],
    [
      init,
      [
        set(initLatch, false),
        set(run, 'WFS'),
        set(blocked, false),
        set(latch, 0),
        set(smiLatch, false),
        set(armed, false),
        set(shutInNmi, false),
        set(took, 'INIT'),
      ],
    ],
    [nmi, [decrement(latch), set(blocked, true), set(run, 'RUN'), set(armed, false), set(took, 'NMI')]],
    [intr, [set(intrPending, false), ...awake, set(took, 'INTR')]],
    [exception, [set(exceptionPending, false), ...awake, set(took, 'exception')]],
  ];
  return taken.map(([pending, effects], index) => ({
    when: and(executes, pending, ...taken.slice(0, index).map(([higher]) => not(higher))),
    do: [...effects, set(rsmJustNow, false)],
    goto: 'boundary',
  }));
}

type Start = Partial<Readonly<Record<string, number>>>;

const STARTS: Readonly<Record<CpuState, Start>> = {
  RUN: { 'monitor armed': 1 },
  'RUN, NMIs blocked': { 'nmi blocked': 1, 'monitor armed': 1 },
  HLT: { run: 1 },
  MWAIT: { run: 2, 'monitor armed': 1 },
  SMM: { smm: 1, 'nmi blocked': 1 },
  WFS: { run: 3 },
  SHUTDOWN: { run: 4 },
  LOADING: { loading: 1 },
};

/** A CPU that begins in the state, interrupts enabled, with room for `events` events. */
export function cpuModel(state: CpuState, events: number, parameters: CpuParameters = BARE_METAL): Model {
  const start = STARTS[state];
  const fields = [
    run,
    inSmm,
    blocked,
    nmiLatch(parameters),
    smiLatch,
    initLatch,
    mcPending,
    intrPending,
    exceptionPending,
    { ...interruptsOn, initial: 1 },
    mcip,
    armed,
    loading,
    savedBlocked,
    iretInSmm,
    shutInNmi,
    rsmJustNow,
    { ...shielded, initial: parameters.hypervisor === 'none' ? 0 : 1 },
    took,
  ];
  return define({
    name: 'cpu',
    topology: { cores: 1, threads: 1 },
    roles: {},
    fields: fields.map((field) => ({ ...field, initial: start[field.name] ?? field.initial })),
    contexts: ['task'],
    programs: [program('task', 'every', [rest('boundary', ...boundary(parameters))])],
    environment: arrivals(parameters),
    budgets: { event: events },
    properties: [],
  });
}
