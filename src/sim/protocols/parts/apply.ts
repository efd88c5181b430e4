/** The load as a step of its own. What was tested before it may have changed by then: another CPU runs between any two steps. */
import type { Effect } from '../../language/model.ts';
import { line, type Line } from '../../language/program.ts';
import { startLoad } from '../../machine/load.ts';
import { noteLoad } from './ledger.ts';

export const APPLY = 'apply';

/** apply_microcode(), ucode_load(): the WRMSR starts. `before`: what a variant does in the same step. */
export const apply = (...before: readonly Effect[]): Line =>
  line(APPLY, { do: [...before, noteLoad, startLoad], goto: 'load' });
