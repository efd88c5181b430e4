/**
 * Lutomirski's third alternative of Aug 2022: the primary puts its siblings into wait-for-SIPI by INIT, loads, and starts them again.
 * A CPU that waits for a SIPI is quiet; the question is whether it has got there in time.
 */
import { each, oneOf, set, shared } from '../language/effects.ts';
import { all, and, any, at, cpus, hasRole, implies, not, or, siblings, siblingsOf } from '../language/expressions.ts';
import type { Expr, Model, Property, Ref } from '../language/model.ts';
import { define, line, type Line, populated, program, rest } from '../language/program.ts';
import { budgetsOf, NO_FAULTS } from '../machine/faults.ts';
import { LOAD_FIELDS, loading, retire } from '../machine/load.ts';
import { panicked } from '../machine/panic.ts';
import {
  busProgram,
  initLatch,
  initTaken,
  inSmm,
  pulledIntoSmm,
  sendInit,
  sendSipi,
  smiInFlight,
  smiLatch,
  SMM_CONTEXTS,
  smmProgram,
  takesInit,
  waitsForSipi,
  WFS,
} from '../machine/smm.ts';
import { completion, mixReported, singleLoader, somebodyLoads } from '../properties.ts';
import { apply, APPLY } from './parts/apply.ts';
import { ASKED_CHOICE } from './parts/asked.ts';
import { castOf } from './parts/cast.ts';
import { LEDGER_FIELDS, noteDisturbance } from './parts/ledger.ts';
import { choice, type Chosen, type Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';

const CHOICES = {
  wait: choice(
    'what the primary does between INIT and load: somehow make sure that the siblings have taken it, or wait a fixed time',
    'until taken',
    'fixed time',
  ),
  smi: choice('whether an SMI is on its way to every sibling', 'none', 'in flight'),
  asked: ASKED_CHOICE,
} as const;

type Options = Chosen<typeof CHOICES>;

const code = shared('code', oneOf('ok', 'EIO'));

const isOnline = (one: Ref): Expr => hasRole(one, 'online');
/** Online siblings of the mover. */
const eachSibling = (test: (one: Ref) => Expr): Expr => all(siblings, (one) => implies(isOnline(one), test(one)));

const startedAgain: Property = {
  id: 'P21',
  title: 'every sibling is started again',
  polarity: 'eventually',
  holds: or(
    any(cpus, (one) => at(loading, one)),
    all(cpus, (one) => not(waitsForSipi(one))),
  ),
  matters: 'a CPU is gone until somebody sends it another SIPI',
};

function build(setting: Setting, { wait, smi, asked }: Options): Model {
  const { topology, vendor } = setting;
  const { roles } = castOf(setting, 'first thread');
  const loads = roles.control.map((has, id) => has || roles.primary[id] === true);
  const faults = { ...NO_FAULTS, reject: setting.faults.reject, hang: setting.faults.hang };
  const taken = eachSibling(wait === 'until taken' ? waitsForSipi : initTaken);
  const sipi = each(siblings, (one) => [sendSipi(one, 'work')]);
  const settled = eachSibling((one) =>
    or(and(waitsForSipi(one), not(inSmm(one))), and(not(pulledIntoSmm(one)), not(at(initLatch, one)))),
  );
  const somebodyWaits = roles.secondary.includes(true);
  const next = somebodyWaits ? 'SIPI' : 'done';
  const before: readonly Line[] = [
    line('INIT siblings', { do: [each(siblings, (one) => [sendInit(one)])], cost: 'ipi' }),
    line('await siblings', { when: taken, goto: APPLY, cost: 'init' }),
  ];
  const after: readonly Line[] = [
    line('SIPI', { do: [sipi], cost: 'sipi' }),
    line('second SIPI', { do: [sipi], cost: 'sipi' }),
    line('settle', { when: settled, goto: 'done' }),
  ];
  const written = [
    program('task', 'loader', [
      ...(somebodyWaits ? before : []),
      apply(),
      line(
        'load',
        ...retire(vendor, faults, {
          loaded: { do: [], goto: next },
          refused: { do: [noteDisturbance, set(code, 'EIO')], goto: next },
        }),
      ),
      ...(somebodyWaits ? after : []),
      ...(faults.hang === 0 ? [] : [rest('hung')]),
      rest('done'),
    ]),
    program('task', 'secondary', [rest('work', takesInit), rest(WFS)]),
    program('task', 'offline', [rest('play dead')]),
    program('task', 'dormant', [rest('never started')]),
    smmProgram('secondary'),
    busProgram('secondary'),
  ];
  const cast = { ...roles, loader: loads };
  const quiet = (one: Ref): Expr => or(hasRole(one, 'dormant'), and(waitsForSipi(one), not(inSmm(one))));
  return define({
    name: 'init-sibling',
    topology,
    roles: cast,
    fields: [
      { ...smiInFlight, initial: smi === 'none' ? 0 : cast.secondary.map(Number) },
      smiLatch,
      initLatch,
      code,
      panicked,
      ...LOAD_FIELDS,
      ...LEDGER_FIELDS,
    ],
    contexts: SMM_CONTEXTS,
    programs: populated(written, cast),
    budgets: budgetsOf(faults),
    properties: [
      ...((vendor === 'amd' && asked === 'by the vendor') || !somebodyWaits
        ? []
        : [
            {
              id: 'P1',
              title: 'while a core loads, its other threads wait for a SIPI',
              polarity: 'always' as const,
              holds: all(cpus, (one) => implies(at(loading, one), all(siblingsOf(one), quiet))),
              matters: 'a thread can be caught inside an instruction flow that the update replaces',
            },
          ]),
      singleLoader,
      mixReported(isOnline, code),
      completion(isOnline, code),
      ...(somebodyWaits ? [startedAgain] : []),
      somebodyLoads,
    ],
  });
}

export const INIT_SIBLING: Protocol<typeof CHOICES> = {
  id: 'init-sibling',
  title: 'Lutomirski: INIT the siblings, load, start them again',
  source: 'lkml, Aug 2022 (Lutomirski), third alternative',
  choices: CHOICES,
  answer: 'code',
  outcome: null,
  build,
};
