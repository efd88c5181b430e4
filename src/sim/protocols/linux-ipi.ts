/** Linux up to 4.15: no rendezvous. One IPI after another makes each online CPU load; meanwhile the others run whatever they ran. */
import { flag, oneOf, set, shared } from '../language/effects.ts';
import { and, eq, hasRole, is, not } from '../language/expressions.ts';
import type { Expr, Model, Ref } from '../language/model.ts';
import { define, line, populated, program, rest } from '../language/program.ts';
import { budgetsOf } from '../machine/faults.ts';
import { LOAD_FIELDS, retire, revision, startLoad } from '../machine/load.ts';
import { iret, NMI_FIELDS, nmiEntry, ordinaryHandler, unrelatedNmi } from '../machine/nmi.ts';
import { panicked } from '../machine/panic.ts';
import { monitoredStores, playDead } from '../machine/play-dead.ts';
import {
  completion,
  errorPreserved,
  mixReported,
  nmiConserved,
  noForeignInstruction,
  quiesce,
  quiesceWeakly,
  singleLoader,
  somebodyLoads,
} from '../properties.ts';
import { disturbed, LEDGER_FIELDS, noteDisturbance, noteLoad } from './ledger.ts';
import { castOf } from './cast.ts';
import { type Protocol, type Setting } from './protocol.ts';

/** reload_store() waits for each IPI before it sends the next. */
const busy = shared('ipi in flight', flag);
const code = shared('code', oneOf('ok', 'EIO'));

function build(setting: Setting): Model {
  const { topology, faults, vendor } = setting;
  const { roles } = castOf(setting, 'first thread');
  const isOnline = (one: Ref): Expr => hasRole(one, 'online');
  const done = { do: [set(busy, false)], goto: 'done' };
  const written = [
    program('task', 'online', [
      line(
        'work',
        {
          when: and(not(busy), is(revision, 'old')),
          do: [set(busy, true), noteLoad, startLoad],
          goto: 'load',
          cost: 'ipi',
        },
        { when: and(not(busy), is(revision, 'new')), goto: 'done', cost: 'ipi' },
      ),
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
  const quiet = [quiesce(programs), quiesceWeakly(programs), noForeignInstruction(programs), singleLoader];
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
      ...(vendor === 'amd' ? [] : quiet),
      mixReported(isOnline, code),
      completion(isOnline, code),
      errorPreserved(eq(disturbed, 1), code),
      nmiConserved(isOnline),
      somebodyLoads,
    ],
  });
}

export const LINUX_IPI: Protocol = {
  id: 'linux-4.15',
  title: 'Linux up to 4.15: one CPU after another, by IPI, nobody waits',
  source: 'arch/x86/kernel/cpu/microcode/core.c, reload_store() before a5321aec6412',
  choices: {},
  answer: 'code',
  outcome: null,
  build,
};
