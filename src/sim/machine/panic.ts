/** A panic stops every CPU where it stands. */
import { each, flag, jump, set, shared } from '../language/effects.ts';
import { cpus } from '../language/expressions.ts';
import { IDLE, type Effect } from '../language/model.ts';
import { rest, type Line } from '../language/program.ts';

export const panicked = shared('panicked', flag);

export const halted: Line = rest('halted');

export const panic: readonly Effect[] = [
  set(panicked, true),
  each(cpus, (one) => [jump(one, 'task', halted.label), jump(one, 'nmi', IDLE)]),
];
