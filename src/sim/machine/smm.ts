/** SMI, INIT and SIPI as a protocol meets them. SMI goes before INIT; SMM latches INIT; wait-for-SIPI blocks SMIs; SIPI is an edge. */
import { flag, jump, perCpu, set, when } from '../language/effects.ts';
import { and, at, me, not, or, stands } from '../language/expressions.ts';
import { IDLE, type Effect, type Expr, type Ref } from '../language/model.ts';
import { line, program, type Move, type Program } from '../language/program.ts';

export const smiInFlight = perCpu('smi in flight', flag);
export const smiLatch = perCpu('smi latch', flag);
export const initLatch = perCpu('init latch', flag);

/** The task label at which a CPU waits for its SIPI. */
export const WFS = 'wait for SIPI';

export const waitsForSipi = (one: Ref): Expr => stands(one, 'task', WFS);
export const inSmm = (one: Ref): Expr => not(stands(one, 'smm', IDLE));
/** In SMM, or on the way there. */
export const pulledIntoSmm = (one: Ref): Expr => or(inSmm(one), at(smiLatch, one), at(smiInFlight, one));

/** Blocked, and not latched, in wait-for-SIPI. */
export const sendInit = (to: Ref): Effect => when(not(waitsForSipi(to)), [set(at(initLatch, to), true)]);

/** Starts a CPU that waits for it outside SMM; elsewhere `missed` is what becomes of it. */
export const sendSipi = (to: Ref, started: string, missed: readonly Effect[] = []): Effect =>
  when(and(waitsForSipi(to), not(inSmm(to))), [jump(to, 'task', started)], missed);

/** At an instruction boundary outside SMM, after a pending SMI. */
export const takesInit: Move = { when: and(initLatch, not(smiLatch)), do: [set(initLatch, false)], goto: WFS };

/** The delay after INIT was long enough: it has been taken, or is latched in SMM. */
export const initTaken = (one: Ref): Expr => or(not(at(initLatch, one)), inSmm(one));

/** SMM of the CPUs of a role; `inside` is what else can happen there. */
export const smmProgram = (who: string, ...inside: readonly Move[]): Program =>
  program('smm', who, [
    // Wait-for-SIPI blocks SMIs: they stay latched until start-up.
    line(IDLE, { when: and(smiLatch, not(waitsForSipi(me))), do: [set(smiLatch, false)], goto: 'in SMM' }),
    line('in SMM', { goto: IDLE, cost: 'smi', note: 'RSM' }, ...inside),
  ]);

/** Delivers an SMI that is on its way, when it pleases. Its context is never entered, so it holds nobody up. */
export const busProgram = (who: string): Program =>
  program('bus', who, [
    line(IDLE, { when: smiInFlight, do: [set(smiInFlight, false), set(smiLatch, true)], goto: IDLE, cost: 'ipi' }),
  ]);

export const SMM_CONTEXTS = ['task', 'smm', 'bus'];
