import { role } from '../../language/program.ts';
import type { Setting } from '../setting.ts';

/** Who is who. Control is the first online CPU; the primary of a core is its first online thread. */
export interface Cast {
  readonly roles: {
    readonly control: readonly boolean[];
    /** Loads; not control. */
    readonly primary: readonly boolean[];
    readonly secondary: readonly boolean[];
    readonly online: readonly boolean[];
    readonly offline: readonly boolean[];
    readonly dormant: readonly boolean[];
  };
  readonly online: number;
  /** Control included. */
  readonly primaries: number;
}

export function castOf(
  { topology, offline, dormant }: Pick<Setting, 'topology' | 'offline' | 'dormant'>,
  loads: 'first thread' | 'every thread',
): Cast {
  const away = new Set([...offline, ...dormant]);
  const ids = role(topology, () => true).flatMap((_, id) => (away.has(id) ? [] : [id]));
  const core = (id: number): number => Math.floor(id / topology.threads);
  const leads = (id: number): boolean => ids.find((other) => core(other) === core(id)) === id;
  const loading = (id: number): boolean => ids.includes(id) && (loads === 'every thread' || leads(id));
  const where = (holds: (id: number) => boolean) => role(topology, (_core, _thread, id) => holds(id));
  const primary = where((id) => id !== ids[0] && loading(id));
  return {
    roles: {
      control: where((id) => id === ids[0]),
      primary,
      secondary: where((id) => ids.includes(id) && !loading(id)),
      online: where((id) => ids.includes(id)),
      offline: where((id) => offline.includes(id)),
      dormant: where((id) => dormant.includes(id)),
    },
    online: ids.length,
    primaries: primary.filter((has) => has).length + 1,
  };
}
