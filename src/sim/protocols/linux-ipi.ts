/** Linux up to 4.15: no rendezvous. One IPI after another makes each online CPU load; meanwhile the others run whatever they ran. */
import { flag, oneOf, set, shared } from '../language/effects.ts';
import { eq, hasRole, is, not } from '../language/expressions.ts';
import type { Expr, Model, Ref } from '../language/model.ts';
import { define, line, populated, program, rest } from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import { LOAD_FIELDS, retire, revision } from '../machine/load.ts';
import { iret, NMI_FIELDS, nmiEntry, ordinaryHandler, unrelatedNmi } from '../machine/nmi.ts';
import { panicked } from '../machine/panic.ts';
import { monitoredStores, playDead } from '../machine/play-dead.ts';
import { completion, errorPreserved, mixReported, nmiConserved, somebodyLoads } from '../properties.ts';
import { apply, APPLY } from './parts/apply.ts';
import { ASKED_CHOICE, quietSiblings } from './parts/asked.ts';
import { disturbed, LEDGER_FIELDS, noteDisturbance } from './parts/ledger.ts';
import { castOf } from './parts/cast.ts';
import type { Chosen, Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';

const CHOICES = { asked: ASKED_CHOICE } as const;

/** reload_store() waits for each IPI before it sends the next. */
const busy = shared('ipi in flight', flag);
const code = shared('code', oneOf('ok', 'EIO'));

function build(setting: Setting, { asked }: Chosen<typeof CHOICES>): Model {
  const { topology, faults, vendor } = setting;
  const { roles } = castOf(setting, 'first thread');
  const isOnline = (one: Ref): Expr => hasRole(one, 'online');
  const done = { do: [set(busy, false)], goto: 'done' };
  const written = [
    program('task', 'online', [
      // reload_store() sends the next IPI when the one before it has been answered.
      line('work', { when: not(busy), do: [set(busy, true)], goto: 'compare', cost: 'ipi' }),
      line('compare', { when: is(revision, 'old'), goto: APPLY }, { when: is(revision, 'new'), ...done }),
      apply(),
      line(
        'load',
        ...retire(vendor, faults, {
          loaded: done,
          refused: { do: [noteDisturbance, set(code, 'EIO'), ...done.do], goto: 'done' },
        }),
      ),
      ...(faults.hang === 0 ? [] : [rest('hung')]),
      rest('done'),
    ]),
    playDead(setting),
    program('task', 'dormant', [rest('wait for SIPI')]),
    program('nmi', 'online', [nmiEntry('ordinary handler'), ordinaryHandler(), iret]),
  ];
  const programs = populated(written, roles);
  return define({
    name: 'linux-4.15',
    topology,
    roles,
    fields: [busy, code, panicked, ...NMI_FIELDS, ...LOAD_FIELDS, ...LEDGER_FIELDS],
    contexts: ['task', 'nmi'],
    programs,
    environment: [...unrelatedNmi(faults), ...monitoredStores(setting)],
    budgets: budgetsOf(faults),
    properties: [
      ...quietSiblings(programs, vendor, asked),
      mixReported(isOnline, code),
      completion(isOnline, code),
      errorPreserved(eq(disturbed, 1), code),
      nmiConserved(isOnline),
      somebodyLoads,
    ],
  });
}

export const LINUX_IPI: Protocol<typeof CHOICES> = {
  id: 'linux-4.15',
  title: 'Linux up to 4.15: one CPU after another, by IPI, nobody waits',
  source: 'arch/x86/kernel/cpu/microcode/core.c, reload_store() before a5321aec6412',
  choices: CHOICES,
  answer: 'code',
  outcome: null,
  build,
};
