/**
 * The whole rendezvous inside NMI handlers: every handler counts itself, waits, loads, waits. Control interrupts the others by NMIs,
 * whatever they do; or all CPUs are in stop_machine and each sends itself one. The first answer to "why not just do it in the NMI?", and
 * why it needs more care than it looks.
 */
import { each, flag, oneOf, perCpu, set, shared, when } from '../language/effects.ts';
import { all, and, at, cpus, hasRole, implies, is, me, not, type Operand, or, same } from '../language/expressions.ts';
import type { Effect, Expr, Model, Ref } from '../language/model.ts';
import { define, line, type Line, populated, program, type Program, rest, spin } from '../language/program.ts';
import { budgetsOf, type Faults } from '../machine/faults.ts';
import { LOAD_FIELDS, retire } from '../machine/load.ts';
import {
  breakpoint,
  iret,
  nestedNmi,
  NMI_FIELDS,
  nmiContexts,
  nmiEntry,
  nmiEntryParked,
  ordinaryHandler,
  selfNmi,
  sendNmi,
  unrelatedNmi,
} from '../machine/nmi.ts';
import { panicked } from '../machine/panic.ts';
import { monitoredStores, playDead } from '../machine/play-dead.ts';
import {
  allOrNone,
  completion,
  errorPreserved,
  mixReported,
  nmiConserved,
  offlineContained,
  somebodyLoads,
} from '../properties.ts';
import { apply, APPLY } from './parts/apply.ts';
import { ASKED_CHOICE, quietSiblings } from './parts/asked.ts';
import { LATE_SELF_NMI } from './parts/assumptions.ts';
import { disturbed, LEDGER_FIELDS, noteDisturbance } from './parts/ledger.ts';
import { castOf } from './parts/cast.ts';
import { choice, type Chosen, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';

const CHOICES = {
  summons: choice(
    'how CPUs come into their handlers: by NMIs of control out of anything, or by their own inside stop_machine (Lutomirski, Aug 2022)',
    'broadcast',
    'self-NMI in stop_machine',
  ),
  control: choice(
    'whether the CPU that leads is itself inside its NMI; if not, an unrelated NMI makes it wait for itself',
    'in its NMI',
    'outside',
  ),
  gate: choice(
    'how the NMI is told from others: a hook in the common handler, or a private IDT entry that restores the ordinary one first (Lutomirski, Aug 2022)',
    'hook',
    'private entry',
  ),
  asked: ASKED_CHOICE,
} as const;

type Options = Chosen<typeof CHOICES>;
type Who = 'control' | 'primary' | 'secondary';

const phase = shared('phase', oneOf('OFF', 'IN', 'GO', 'EXIT'));
const arrived = perCpu('arrived', flag);
const finished = perCpu('finished', flag);
/** Under `private entry`: this CPU's IDT still has the loader's gate. */
const privateGate = perCpu('private gate', flag);
const code = shared('code', oneOf('ok', 'EIO'));

const isOnline = (one: Ref): Expr => hasRole(one, 'online');
const isLoader = (one: Ref): Expr => or(hasRole(one, 'primary'), hasRole(one, 'control'));

const hung = ({ hang }: Faults): readonly Line[] => (hang === 0 ? [] : [rest('hung')]);

const load = ({ vendor, faults }: Setting, goto: string): readonly Line[] => [
  line(
    'load',
    ...retire(vendor, faults, {
      loaded: { do: [set(finished, true)], goto },
      refused: { do: [noteDisturbance, set(code, 'EIO'), set(finished, true)], goto },
    }),
  ),
  ...hung(faults),
];

/** Control's part from the arrival of the others to their release. */
const lead = (setting: Setting, after: string): readonly Line[] => [
  spin(
    'await all',
    {
      when: all(cpus, (one) => implies(isOnline(one), or(same(one, me), at(arrived, one)))),
      // An arrival is never taken back.
      do: [set(phase, 'GO')],
      goto: APPLY,
    },
    ...breakpoint('await all', setting.faults),
  ),
  apply(),
  ...load(setting, 'await cores'),
  spin('await cores', {
    when: all(cpus, (one) => implies(isLoader(one), at(finished, one))),
    do: [set(phase, 'EXIT')],
    goto: after,
  }),
];

const awaitExit = spin('await exit', { when: is(phase, 'EXIT') });

function tasks(setting: Setting, { summons, control, gate }: Options): readonly Program[] {
  const inside = control === 'in its NMI';
  const arm: readonly Effect[] = gate === 'hook' ? [] : [each(cpus, (one) => [set(at(privateGate, one), true)])];
  const led = [...(inside ? [awaitExit] : lead(setting, 'done')), rest('done')];
  if (summons === 'self-NMI in stop_machine') {
    return [
      program('task', 'control', [
        line('stop machine', { do: [set(phase, 'IN'), ...arm, ...(inside ? [selfNmi] : [])], cost: 'gather' }),
        ...led,
      ]),
      program('task', 'others', [
        spin('stopped', { when: not(is(phase, 'OFF')), do: [selfNmi] }),
        awaitExit,
        rest('done'),
      ]),
      playDead(setting),
    ];
  }
  const summoned = (one: Ref): Expr => (inside ? isOnline(one) : and(isOnline(one), not(same(one, me))));
  const broadcast: Effect = each(cpus, (one) => [when(summoned(one), [sendNmi(one)])]);
  return [
    program('task', 'control', [line('broadcast', { do: [set(phase, 'IN'), ...arm, broadcast], cost: 'ipi' }), ...led]),
    program('task', 'others', [rest('work')]),
    playDead(setting),
  ];
}

function handler(setting: Setting, { control, gate }: Options, who: Who): Program {
  const { faults } = setting;
  const mine: Operand = gate === 'hook' ? is(phase, 'IN') : and(privateGate, is(phase, 'IN'));
  const leads = who === 'control' && control === 'in its NMI';
  const release = { when: is(phase, 'EXIT'), goto: 'iret' };
  const work: readonly Line[] = leads
    ? lead(setting, 'iret')
    : who === 'secondary'
      ? [spin('await exit', release, ...breakpoint('await exit', faults))]
      : [
          spin('await go', { when: is(phase, 'GO'), goto: APPLY }, ...breakpoint('await go', faults)),
          apply(),
          ...load(setting, 'await exit'),
          spin('await exit', release, ...breakpoint('await exit', faults)),
        ];
  return program('nmi', who, [
    nmiEntry('handler'),
    line(
      'handler',
      { when: mine, do: [set(privateGate, false), set(arrived, true)], goto: work[0]?.label ?? 'iret' },
      { when: not(mine), goto: 'ordinary handler' },
    ),
    ...work,
    ordinaryHandler(),
    iret,
  ]);
}

function build(setting: Setting, options: Options): Model {
  const { topology, faults, vendor, offline } = setting;
  const cast = castOf(setting, 'first thread');
  const roles = { ...cast.roles, others: cast.roles.online.map((has, id) => has && cast.roles.control[id] !== true) };
  const whos = ['control', 'primary', 'secondary'] as const;
  const written = [
    ...tasks(setting, options),
    ...whos.map((who) => handler(setting, options, who)),
    program('nmi', 'offline', [nmiEntryParked('ordinary handler'), ordinaryHandler(), iret]),
    ...nestedNmi(faults),
  ];
  const programs = populated(written, roles);
  return define({
    name: 'all-nmi',
    topology,
    roles,
    fields: [phase, arrived, finished, privateGate, code, panicked, ...NMI_FIELDS, ...LOAD_FIELDS, ...LEDGER_FIELDS],
    contexts: nmiContexts(faults),
    programs,
    environment: [...unrelatedNmi(faults), ...monitoredStores(setting)],
    budgets: budgetsOf(faults),
    properties: [
      ...quietSiblings(programs, vendor, options.asked),
      allOrNone,
      mixReported(isOnline, code),
      completion(isOnline, code),
      errorPreserved(and(disturbed), code),
      nmiConserved(isOnline),
      ...(offline.length > 0 ? [offlineContained(programs, (one) => hasRole(one, 'offline'))] : []),
      somebodyLoads,
    ],
  });
}

export const ALL_NMI: Protocol<typeof CHOICES> = {
  id: 'all-nmi',
  title: 'Everything inside NMI handlers',
  source: 'lkml, Aug 13-14 2022 (Raj, Lutomirski, Cooper): "choice 1" and its alternatives',
  choices: CHOICES,
  answer: 'code',
  outcome: null,
  assumes: (_, { summons }) => (summons === 'broadcast' ? [] : [LATE_SELF_NMI]),
  build,
};
