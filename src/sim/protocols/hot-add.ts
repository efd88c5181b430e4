/**
 * Bringing up a hot-added CPU while firmware may still be pulling it into SMM. CPU 0 is the OS that sends INIT, SIPI, SIPI; CPU 1
 * sits in the firmware's pen. A SIPI is an edge: hardware acts on it in wait-for-SIPI and forgets it everywhere else.
 */
import { flag, jump, perCpu, set, shared, when } from '../language/effects.ts';
import { and, at, cpu, expr, me, not, or, stands, type Operand } from '../language/expressions.ts';
import { IDLE, type Effect, type Model, type Ref } from '../language/model.ts';
import { define, line, program, rest, type Line, type Move } from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import { choice, type Chosen, type Protocol, type Setting } from './protocol.ts';

const CHOICES = {
  sipi: choice(
    'what becomes of a SIPI that finds the CPU in SMM: dropped (SDM, APM), held but cleared if looked at inside SMM (KVM as coded), kept (patch of Apr 16 2024)',
    'hardware',
    'kvm',
    'kept',
  ),
  retry: choice('whether the OS sends a second INIT, SIPI, SIPI when the CPU does not come up', 'none', 'once'),
  order: choice('whether the OS waits until firmware has let the CPU go', 'immediately', 'after firmware'),
  straggler: choice(
    'whether firmware, missing the CPU in its rendezvous, has sent it one more SMI that is still on its way',
    'sent',
    'none',
  ),
  init: choice('whether the delay after INIT is long enough for the CPU to have taken it', 'taken', 'not yet taken'),
} as const;

type Options = Chosen<typeof CHOICES>;

const smiInFlight = perCpu('smi in flight', flag);
const smiLatch = perCpu('smi latch', flag);
const initLatch = perCpu('init latch', flag);
/** KVM's bit; hardware has no such latch. */
const sipiLatch = perCpu('sipi pending', flag);
const reported = shared('reported not alive', flag);

const ap: Ref = cpu(1);
const inSmm: Operand = not(stands(ap, 'smm', IDLE));
const alive: Operand = stands(ap, 'task', 'alive');
const pulled: Operand = or(inSmm, at(smiLatch, ap), at(smiInFlight, ap));

/** Blocked, and not latched, in wait-for-SIPI. */
const sendInit: Effect = when(not(stands(ap, 'task', 'wait for SIPI')), [set(at(initLatch, ap), true)]);

const sendSipi = ({ sipi }: Options): readonly Effect[] => [
  when(
    and(stands(ap, 'task', 'wait for SIPI'), not(inSmm)),
    [jump(ap, 'task', 'alive')],
    sipi === 'hardware' ? [] : [set(at(sipiLatch, ap), true)],
  ),
];

function sequence(options: Options, attempt: string, next: string, before: Operand): readonly Line[] {
  const due: Operand = options.init === 'taken' ? or(not(at(initLatch, ap)), inSmm) : true;
  return [
    line(`INIT${attempt}`, { when: before, do: [sendInit], cost: 'init' }),
    line(`SIPI${attempt}`, { when: due, do: sendSipi(options), cost: 'sipi' }),
    line(`second SIPI${attempt}`, { do: sendSipi(options), goto: next, cost: 'sipi' }),
  ];
}

/** INIT is taken at an instruction boundary outside SMM, after a pending SMI. */
const takesInit: Move = {
  when: and(initLatch, not(smiLatch)),
  do: [set(initLatch, false)],
  goto: 'wait for SIPI',
};

function build({ faults }: Setting, options: Options): Model {
  // Mammedov's workflow: the OS sends only to CPUs that firmware has released.
  const released: Operand = options.order === 'immediately' ? true : not(pulled);
  const settled = and(not(alive), not(pulled), not(at(initLatch, ap)), not(at(sipiLatch, ap)));
  const giveUp: Move = { when: settled, do: [set(reported, true)], goto: 'done', cost: 'alive timeout' };
  const again = options.retry === 'once';
  const usesLatch = options.sipi !== 'hardware';
  return define({
    name: 'hot-add',
    topology: { cores: 2, threads: 1 },
    roles: { os: [true, false], added: [false, true] },
    fields: [
      { ...smiInFlight, initial: [0, options.straggler === 'sent' ? 1 : 0] },
      smiLatch,
      initLatch,
      sipiLatch,
      reported,
    ],
    contexts: ['task', 'smm', 'bus'],
    programs: [
      program('task', 'os', [
        ...sequence(options, '', 'await alive', released),
        line('await alive', { when: alive, goto: 'done' }, again ? { when: settled, cost: 'alive timeout' } : giveUp),
        ...(again
          ? [
              ...sequence(options, ' again', 'await alive again', true),
              line('await alive again', { when: alive, goto: 'done' }, giveUp),
            ]
          : []),
        rest('done'),
      ]),
      program('task', 'added', [
        rest('pen', takesInit),
        rest('wait for SIPI', ...(usesLatch ? [{ when: sipiLatch, do: [set(sipiLatch, false)], goto: 'alive' }] : [])),
        rest('alive'),
      ]),
      program('smm', 'added', [
        // Wait-for-SIPI blocks SMIs: they stay latched until start-up.
        line(IDLE, {
          when: and(smiLatch, not(stands(me, 'task', 'wait for SIPI'))),
          do: [set(smiLatch, false)],
          goto: 'in SMM',
        }),
        line(
          'in SMM',
          { goto: IDLE, cost: 'smi', note: 'RSM' },
          ...(options.sipi === 'kvm'
            ? [
                {
                  when: sipiLatch,
                  do: [set(sipiLatch, false)],
                  goto: 'in SMM',
                  note: 'pending events looked at inside SMM',
                },
              ]
            : []),
        ),
      ]),
      program('bus', 'added', [
        line(IDLE, { when: smiInFlight, do: [set(smiInFlight, false), set(smiLatch, true)], goto: IDLE, cost: 'ipi' }),
      ]),
    ],
    budgets: budgetsOf(faults),
    properties: [
      {
        id: 'P21',
        title: 'the added CPU comes up',
        polarity: 'eventually',
        holds: expr(alive),
        matters: 'the CPU waits for a SIPI that was sent and lost',
      },
      {
        id: 'P21d',
        title: 'the added CPU comes up or the OS notices that it did not',
        polarity: 'eventually',
        holds: or(alive, reported),
        matters: 'the OS waits for ever',
      },
      {
        id: 'S1',
        title: 'the added CPU can come up',
        polarity: 'sometimes',
        holds: expr(alive),
        matters: 'the model is too strict',
      },
    ],
  });
}

export const HOT_ADD: Protocol<typeof CHOICES> = {
  id: 'hot-add',
  title: 'INIT, SIPI, SIPI to a CPU that firmware may still pull into SMM',
  source:
    'lkml, Apr 16-17 2024 (Ostrovsky, Bonzini, Christopherson, Mammedov); kvm_apic_accept_events(); SDM vol. 3, 11.6 (ICR)',
  choices: CHOICES,
  answer: null,
  outcome: null,
  build,
};
