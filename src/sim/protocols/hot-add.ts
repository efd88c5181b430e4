/**
 * Bringing up a hot-added CPU while firmware may still be pulling it into SMM. CPU 0 is the OS that sends INIT, SIPI, SIPI; CPU 1
 * sits in the firmware's pen. A SIPI is an edge: hardware acts on it in wait-for-SIPI and forgets it everywhere else.
 */
import { flag, perCpu, set, shared } from '../language/effects.ts';
import { and, at, cpu, expr, not, type Operand, or, stands } from '../language/expressions.ts';
import type { Effect, Model, Ref } from '../language/model.ts';
import { define, line, type Line, type Move, program, rest } from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import {
  busProgram,
  initLatch,
  initTaken,
  pulledIntoSmm,
  sendInit,
  sendSipi,
  smiInFlight,
  smiLatch,
  SMM_CONTEXTS,
  smmProgram,
  takesInit,
  WFS,
} from '../machine/smm.ts';
import { choice, type Chosen, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';

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

/** KVM's bit; hardware has no such latch. */
const sipiLatch = perCpu('sipi pending', flag);
const reported = shared('reported not alive', flag);

const ap: Ref = cpu(1);
const alive: Operand = stands(ap, 'task', 'alive');
const pulled: Operand = pulledIntoSmm(ap);

const sipiTo = ({ sipi }: Options): Effect =>
  sendSipi(ap, 'alive', sipi === 'hardware' ? [] : [set(at(sipiLatch, ap), true)]);

function sequence(options: Options, attempt: string, next: string, before: Operand): readonly Line[] {
  const due: Operand = options.init === 'taken' ? initTaken(ap) : true;
  return [
    line(`INIT${attempt}`, { when: before, do: [sendInit(ap)], cost: 'init' }),
    line(`SIPI${attempt}`, { when: due, do: [sipiTo(options)], cost: 'sipi' }),
    line(`second SIPI${attempt}`, { do: [sipiTo(options)], goto: next, cost: 'sipi' }),
  ];
}

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
    contexts: SMM_CONTEXTS,
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
        rest(WFS, ...(usesLatch ? [{ when: sipiLatch, do: [set(sipiLatch, false)], goto: 'alive' }] : [])),
        rest('alive'),
      ]),
      smmProgram(
        'added',
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
      busProgram('added'),
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
