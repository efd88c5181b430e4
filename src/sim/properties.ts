/** The properties a late load should have. A protocol picks those that mean something for it; the ids are the published ones. */
import {
  all,
  and,
  any,
  at,
  coreOf,
  count,
  cores,
  cpus,
  eq,
  hasRole,
  implies,
  le,
  ne,
  not,
  or,
  siblingsOf,
  stands,
} from './language/expressions.ts';
import type { Operand } from './language/expressions.ts';
import { IDLE, type Expr, type Field, type Property, type Ref } from './language/model.ts';
import type { Program } from './language/program.ts';
import { loading, revision } from './machine/load.ts';
import { blocked, owed } from './machine/nmi.ts';
import { panicked } from './machine/panic.ts';
import { PLAY_DEAD } from './machine/play-dead.ts';
import { abandoned, disturbed, groundless, inVain, strayLoad } from './protocols/parts/ledger.ts';

const spinLabels = (programs: readonly Program[], context: string): readonly string[] => [
  ...new Set(
    programs
      .filter((program) => program.context === context)
      .flatMap((program) => program.lines.filter((line) => line.spin).map((line) => line.label)),
  ),
];

/** While a load of the core is in flight, `holds` is true of each of the loader's siblings. A panicked machine is past caring. */
const duringLoad = (holds: (sibling: Ref) => Operand): Expr =>
  or(
    panicked,
    all(cpus, (loader) => implies(at(loading, loader), all(siblingsOf(loader), holds))),
  );

/** Neither a nested NMI nor a machine check runs on top of what the CPU does in task or NMI context. */
const nothingAbove = (programs: readonly Program[], one: Ref): Expr => {
  const contexts = new Set(programs.map(({ context }) => context));
  return and(
    ...[...contexts].filter((name) => name !== 'task' && name !== 'nmi').map((name) => stands(one, name, IDLE)),
  );
};

/** In an NMI handler's wait loop; `programs` say which labels those are. */
const inNmiSpin = (programs: readonly Program[], one: Ref): Expr => {
  const labels = spinLabels(programs, 'nmi');
  return labels.length === 0 ? or() : and(stands(one, 'nmi', ...labels), nothingAbove(programs, one));
};

const inTaskSpin = (programs: readonly Program[], one: Ref): Expr => {
  const labels = spinLabels(programs, 'task');
  return labels.length === 0
    ? or()
    : and(stands(one, 'task', ...labels), stands(one, 'nmi', IDLE), nothingAbove(programs, one));
};

/** A CPU that waits for its SIPI executes nothing at all. */
const asleep = (one: Ref): Expr => hasRole(one, 'dormant');

/** Parked in MWAIT: it executes nothing until something wakes it, but then goes on behind an MWAIT that may have been replaced. */
const parked = (programs: readonly Program[], one: Ref): Expr =>
  programs.some(({ who }) => who === 'offline')
    ? and(stands(one, 'task', PLAY_DEAD), stands(one, 'nmi', IDLE), nothingAbove(programs, one))
    : or();

const safe = (programs: readonly Program[], one: Ref): Expr =>
  or(asleep(one), and(inNmiSpin(programs, one), at(blocked, one)));

export const quiesce = (programs: readonly Program[]): Property => ({
  id: 'P1',
  title: 'while a core loads, its other threads wait inside an NMI handler with NMIs blocked',
  polarity: 'always',
  holds: duringLoad((sibling) => safe(programs, sibling)),
  matters: 'a thread can be caught inside an instruction flow that the update replaces',
});

export const quiesceWeakly = (programs: readonly Program[]): Property => ({
  id: 'P1w',
  title: 'while a core loads, its other threads wait in a loop, in an NMI handler or with interrupts off',
  polarity: 'always',
  holds: duringLoad((sibling) => or(safe(programs, sibling), inTaskSpin(programs, sibling))),
  matters: 'a thread executes arbitrary code while its core is being patched',
});

export const noForeignInstruction = (programs: readonly Program[]): Property => ({
  id: 'P2',
  title: 'while a core loads, its other threads execute nothing but a wait loop',
  polarity: 'always',
  holds: duringLoad((sibling) =>
    or(asleep(sibling), parked(programs, sibling), inNmiSpin(programs, sibling), inTaskSpin(programs, sibling)),
  ),
  matters: 'entry, handler or exit code runs on a core whose instructions are being replaced',
});

export const singleLoader: Property = {
  id: 'P3',
  title: 'at most one thread of a core loads',
  polarity: 'always',
  holds: all(cores, (core) =>
    le(
      count(coreOf(core), (thread) => at(loading, thread)),
      1,
    ),
  ),
  matters: 'two threads write the loader MSR of one core at once',
};

export const allOrNone: Property = {
  id: 'P4',
  title: 'once the rendezvous has failed on some CPU, no CPU starts a load',
  polarity: 'always',
  holds: not(strayLoad),
  matters: 'a CPU loads although its partners have left the rendezvous',
};

/** A load still in flight when nothing moves any more. */
const hungLoad: Expr = any(cpus, (one) => at(loading, one));

/** The caller gets no answer, right or wrong. */
const neverReturns: Expr = or(panicked, hungLoad);

/** `of` are the CPUs whose revisions count; `result` is what the caller gets, with 0 for success. */
export const mixReported = (of: (one: Ref) => Expr, result: Field): Property => ({
  id: 'P5',
  title: 'if revisions differ at the end, the caller is told',
  polarity: 'eventually',
  holds: or(
    neverReturns,
    ne(result, 0),
    all(cpus, (one) => implies(of(one), eq(at(revision, one), 1))),
    all(cpus, (one) => implies(of(one), eq(at(revision, one), 0))),
  ),
  matters: 'the system runs with different revisions and nobody knows',
});

/** Whoever asked for the load, the first online CPU, has its answer. */
const callReturns: Expr = all(cpus, (one) => implies(hasRole(one, 'control'), stands(one, 'task', 'done')));

export const completion = (of: (one: Ref) => Expr, result: Field): Property => ({
  id: 'P6',
  title: 'undisturbed, every online CPU ends with the new revision and the caller gets success',
  polarity: 'eventually',
  holds: or(
    disturbed,
    hungLoad,
    and(
      callReturns,
      eq(result, 0),
      not(panicked),
      all(cpus, (one) => implies(of(one), eq(at(revision, one), 1))),
    ),
  ),
  matters: 'the update fails without any cause outside the protocol',
});

export const offlineContained = (programs: readonly Program[], offline: (one: Ref) => Expr): Property => ({
  id: 'P17',
  title: 'a soft-offline sibling waits inside an NMI handler for the whole load of its own core',
  polarity: 'always',
  holds: duringLoad((sibling) => implies(offline(sibling), safe(programs, sibling))),
  matters: 'MWAIT and the play-dead loop run while the core is being patched; MWAIT has been patched before',
});

/** `failed`: some CPU's own attempt failed, for whatever reason that arose there. */
export const errorPreserved = (failed: Expr, result: Field): Property => ({
  id: 'P10',
  title: 'if any CPU fails, the caller gets an error',
  polarity: 'eventually',
  holds: or(neverReturns, implies(failed, ne(result, 0))),
  matters: 'a failed load is reported as success',
});

export const rootCauseReported = (failed: Expr, returned: Expr): Property => ({
  id: 'P10s',
  title: 'the error the caller gets is one that a CPU met itself, not one that follows from it',
  polarity: 'eventually',
  holds: or(neverReturns, implies(failed, returned)),
  matters: 'the message hides the cause',
});

export const cleanedUp = (clean: Operand): Property => ({
  id: 'P11',
  title: 'on every way out the hook is removed, the published patch withdrawn and the watchdog running',
  polarity: 'eventually',
  holds: or(neverReturns, clean),
  matters: 'a later NMI runs a loader that is not there',
});

export const nmiConserved = (of: (one: Ref) => Expr): Property => ({
  id: 'P12',
  title: 'an unrelated NMI is followed by an ordinary handler run on its CPU',
  polarity: 'eventually',
  holds: or(
    panicked,
    all(cpus, (one) => implies(of(one), not(at(owed, one)))),
  ),
  matters: 'the cause of an NMI is never looked for',
});

/** `mayLoad`: the CPU runs the minimum revision that the update declares, or nobody asks. */
export const minimumKept = (mayLoad: (one: Ref) => Expr): Property => ({
  id: 'P24',
  title: 'no CPU below the minimum revision loads, unless the administrator says so',
  polarity: 'always',
  holds: all(cpus, (one) => implies(at(loading, one), mayLoad(one))),
  matters: 'the update removes or changes what the running system relies on',
});

/** Time is not explored: that no limit is sat out for nothing is what bounds the time that CPUs are away by the steps of others. */
export const noWaitInVain: Property = {
  id: 'P8',
  title:
    'a wait lasts to its limit only while somebody still has the awaited step before him, or after a failed rendezvous',
  polarity: 'always',
  holds: not(inVain),
  matters: 'CPUs stand still for a whole limit although nothing is late',
};

/** Time is not explored, so what is left of a full timeout is that there is something to wait for at all. */
export const panicJustified: Property = {
  id: 'P18',
  title: 'a CPU panics only while somebody still has the step before him that it waits for',
  polarity: 'always',
  holds: not(groundless),
  matters: 'the machine goes down because a partner gave up in peace, not because a load is stuck',
};

/** Against empty success. */
export const somebodyLoads: Property = {
  id: 'S1',
  title: 'some CPU loads',
  polarity: 'sometimes',
  holds: any(cpus, (one) => at(loading, one)),
  matters: 'everything holds of a protocol that never does anything',
};

export const somebodyAbandons: Property = {
  id: 'S2',
  title: 'a rendezvous can fail',
  polarity: 'sometimes',
  holds: and(abandoned),
  matters: 'the ways out were never taken',
};
