/** Where the OS parks a CPU that it has taken offline: `mwait_play_dead()` on Intel, HLT elsewhere. NMIs reach it in either. */
import { jump } from '../language/effects.ts';
import { and, me, stands } from '../language/expressions.ts';
import { IDLE } from '../language/model.ts';
import { line, program, rest, type EnvironmentMove, type Program } from '../language/program.ts';
import type { Faults } from './faults.ts';
import type { Vendor } from './load.ts';

/** Asleep: no instruction is executed, but the next one is whatever follows MWAIT or HLT. */
export const PLAY_DEAD = 'play dead';

interface Parked {
  readonly faults: Faults;
  readonly vendor: Vendor;
  readonly offline: readonly number[];
}

/** AMD and Hygon park in HLT, which no store ends. */
const monitors = ({ faults, vendor, offline }: Parked): boolean =>
  faults.store !== 0 && vendor === 'intel' && offline.length > 0;

export const playDead = (parked: Parked): Program =>
  program('task', 'offline', [
    rest(PLAY_DEAD),
    ...(monitors(parked) ? [line('loop body', { goto: PLAY_DEAD, note: 'CLFLUSH, MONITOR, MWAIT' })] : []),
  ]);

/** A store to the monitored line, such as the one with which kexec calls parked CPUs. Inside an NMI handler nothing is monitored. */
export const monitoredStores = (parked: Parked): readonly EnvironmentMove[] =>
  monitors(parked)
    ? [
        {
          name: 'store',
          who: 'offline',
          budget: 'store',
          when: and(stands(me, 'task', PLAY_DEAD), stands(me, 'nmi', IDLE)),
          do: [jump(me, 'task', 'loop body')],
        },
      ]
    : [];
