/** What is left of every protocol when the OS refuses an update before it disturbs any CPU: a code for the caller. */
import { oneOf, set, shared } from '../../language/effects.ts';
import { hasRole, or } from '../../language/expressions.ts';
import type { Expr, Model, Ref } from '../../language/model.ts';
import { define, line, populated, program, rest } from '../../language/program.ts';
import { budgetsOf } from '../../machine/faults.ts';
import { LOAD_FIELDS } from '../../machine/load.ts';
import { iret, NMI_FIELDS, nmiEntry, ordinaryHandler, unrelatedNmi } from '../../machine/nmi.ts';
import { panicked } from '../../machine/panic.ts';
import { allOrNone, completion, minimumKept, mixReported, nmiConserved } from '../../properties.ts';
import { castOf } from './cast.ts';
import { LEDGER_FIELDS, noteDisturbance } from './ledger.ts';
import { type Refusal, REFUSALS, type Setting } from '../setting.ts';

/** `answer` is the field in which the protocol would report to its caller. */
export function refusedModel(answer: string, { topology, offline, dormant, faults }: Setting, why: Refusal): Model {
  const { roles } = castOf({ topology, offline, dormant }, 'first thread');
  const code = shared(answer, oneOf('ok', ...REFUSALS));
  const isOnline = (one: Ref): Expr => hasRole(one, 'online');
  const written = [
    program('task', 'control', [line('setup', { do: [noteDisturbance, set(code, why)] }), rest('done')]),
    program('task', 'offline', [rest('play dead')]),
    program('task', 'dormant', [rest('wait for SIPI')]),
    program('nmi', 'online', [nmiEntry('ordinary handler'), ordinaryHandler(), iret]),
  ];
  return define({
    name: 'refused',
    topology,
    roles,
    fields: [code, panicked, ...NMI_FIELDS, ...LOAD_FIELDS, ...LEDGER_FIELDS],
    contexts: ['task', 'nmi'],
    programs: populated(written, roles),
    environment: unrelatedNmi(faults),
    budgets: budgetsOf(faults),
    properties: [
      minimumKept(() => or()),
      allOrNone,
      mixReported(isOnline, code),
      completion(isOnline, code),
      nmiConserved(isOnline),
    ],
  });
}
