/**
 * CPU hot-plug beside a late load. The callers hold cpus_read_lock() (Linux) or get_cpu_maps() (Xen) from before they count CPUs until
 * they have looked at the results; a model covers just that time, so the lock does not change in it.
 */
import { flag, jump, set, shared } from '../../language/effects.ts';
import { and, hasRole, me, not, stands } from '../../language/expressions.ts';
import type { Field, Property } from '../../language/model.ts';
import { rest, type EnvironmentMove, type Line } from '../../language/program.ts';
import { choice } from '../protocol.ts';
import type { Faults } from '../../machine/faults.ts';

export const HOTPLUG_CHOICE = choice('mutant: whether the lock against CPU hot-plug is held', 'held', 'missing');

type Lock = (typeof HOTPLUG_CHOICE)['values'][number];

const locked = shared('hotplug lock', flag);
const moved = shared('online set moved', flag);

const possible = ({ hotplug }: Faults): boolean => hotplug !== 0;

export const hotplugFields = (faults: Faults, lock: Lock): readonly Field[] =>
  possible(faults) ? [{ ...locked, initial: lock === 'held' ? 1 : 0 }, moved] : [];

/** Where a CPU stays that was taken away. */
export const unplugged = (faults: Faults): readonly Line[] => (possible(faults) ? [rest('unplugged')] : []);

/** The OS takes a CPU that is still at `label`, the first of its program; control is the one that the caller runs on. */
export const hotplugMoves = (faults: Faults, label: string): readonly EnvironmentMove[] =>
  possible(faults)
    ? [
        {
          name: 'hotplug',
          who: 'online',
          budget: 'hotplug',
          when: and(not(locked), not(hasRole(me, 'control')), stands(me, 'task', label)),
          do: [jump(me, 'task', 'unplugged'), set(moved, true)],
        },
      ]
    : [];

/** P19. */
export const onlineSetStays = (faults: Faults): readonly Property[] =>
  possible(faults)
    ? [
        {
          id: 'P19',
          title: 'no CPU comes or goes between the count of CPUs and the look at the results',
          polarity: 'always',
          holds: not(moved),
          matters: 'a rendezvous waits for a CPU that is no more',
        },
      ]
    : [];
