/** What an observer notes while a protocol runs, so that properties can speak of the past. No protocol step reads it. */
import { flag, set, shared, when } from '../../language/effects.ts';
import { not, type Operand } from '../../language/expressions.ts';
import type { Effect } from '../../language/model.ts';

/** Something went wrong that the protocol did not cause: a refused or hanging load, a wait that gave up. */
export const disturbed = shared('disturbed', flag);
/** Some CPU has found that the rendezvous cannot happen. */
export const abandoned = shared('abandoned', flag);
/** A load was started after that. */
export const strayLoad = shared('stray load', flag);

/** A CPU panicked for want of a step that nobody was going to make any more. */
export const groundless = shared('groundless panic', flag);

/** A wait lasted to its limit although nobody was going to make the awaited step any more. */
export const inVain = shared('wait in vain', flag);

export const LEDGER_FIELDS = [disturbed, abandoned, strayLoad];

export const noteDisturbance: Effect = set(disturbed, true);
export const noteAbandoned: readonly Effect[] = [noteDisturbance, set(abandoned, true)];
export const noteLoad: Effect = when(abandoned, [set(strayLoad, true)]);

/** At the limit of a wait; `owed`: somebody still has the awaited step before him. */
export const noteVain = (owed: Operand): Effect => when(not(owed), [set(inVain, true)]);

/** Before a panic; `owed`: somebody still has the awaited step before him. */
export const notePanic = (owed: Operand): Effect => when(not(owed), [set(groundless, true)]);
