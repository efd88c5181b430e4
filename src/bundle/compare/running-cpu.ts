/** The update of a collection for a running CPU: newer or not, and whether a late load is safe. */
import { hex32 } from '../../bytes/hex.ts';
import { BDX90_FIXED, BDX90_SIGNATURE } from '../../cpu/intel.ts';
import { ageOrder, revisionOrder } from '../update-order.ts';
import { sideOf, sidesOfCpu } from '../amd-sides.ts';
import type { CollectedUpdate } from '../collect.ts';
import { type Service, servicesOf } from '../select/policy-cpu.ts';
import { firmwareName } from '../../inputs/firmware-name.ts';
import { baseName } from '../origin-parts.ts';
import { lateName } from './newest-by-cpu.ts';

/** A CPU as the running system shows it. */
export interface RunningCpu {
  readonly vendor: 'intel' | 'amd';
  readonly signature: number;
  /** One bit; null when it is not known, or for AMD: any platform fits then. */
  readonly platformMask: number | null;
  readonly revision: number | null;
}

export interface LateSafety {
  readonly safe: boolean;
  readonly reason: string;
}

export interface RunningCpuUpdate {
  readonly collected: CollectedUpdate;
  /**
   * Against what runs; null when that is not known. `other-side`: only patches above the EntrySign cut-off are there, and the CPU runs one up to
   * it: no kernel that chooses by what runs loads them before the BIOS is renewed.
   */
  readonly state: 'newer' | 'running' | 'older' | 'other-side' | null;
  readonly late: LateSafety;
}

/** CPUID's processor type, which /proc/cpuinfo does not tell. */
const TYPE_BITS = 0x3000;

/** The newest update for the CPU, of AMD's on its side of EntrySign if there is any, or null when there is none. */
export function updateForRunningCpu(cpu: RunningCpu, updates: readonly CollectedUpdate[]): RunningCpuUpdate | null {
  const every = servicesOf(updates).filter((service) => fits(service, cpu));
  const sides = cpu.vendor === 'amd' ? sidesOfCpu(cpu.signature, cpu.revision) : [];
  const own = every.filter(({ collected }) => sides.length === 0 || sides.includes(sideOf(collected.update)));
  const fitting = own.length > 0 ? own : every;
  const newest = fitting.reduce<Service | undefined>(
    (best, one) => (best !== undefined && ageOrder(best.collected.update, one.collected.update) >= 0 ? best : one),
    undefined,
  );
  if (newest === undefined) return null;
  const { collected } = newest;
  const same = fitting.filter(({ collected: other }) => other.update.revision === collected.update.revision);
  const state = stateOf(cpu, collected);
  return {
    collected,
    state: own.length === 0 && state === 'newer' ? 'other-side' : state,
    late: lateSafety(cpu, collected, same),
  };
}

function fits({ collected, signature, platformMask }: Service, cpu: RunningCpu): boolean {
  if (collected.update.vendor !== cpu.vendor) return false;
  if (cpu.vendor === 'amd') return signature === cpu.signature;
  if ((signature & ~TYPE_BITS) !== cpu.signature) return false;
  return cpu.platformMask === null || platformMask === 0 || (platformMask & cpu.platformMask) !== 0;
}

function stateOf(cpu: RunningCpu, { update }: CollectedUpdate): RunningCpuUpdate['state'] {
  if (cpu.revision === null) return null;
  const rise = revisionOrder(update) - revisionOrder({ ...update, revision: cpu.revision });
  return rise > 0 ? 'newer' : rise === 0 ? 'running' : 'older';
}

const unsafe = (reason: string): LateSafety => ({ safe: false, reason });

/** The rule of Linux 6.7 and later: safe is what declares a minimum that runs already. */
function lateSafety(cpu: RunningCpu, { update }: CollectedUpdate, same: readonly Service[]): LateSafety {
  const { revision } = cpu;
  const name = lateName(update, cpu.signature);
  const isReachable = same.some(({ collected }) => baseName(collected.origin) === name);
  const isLaidOut = same.some(({ collected }) =>
    ['intel', 'amd'].includes(firmwareName(baseName(collected.origin)).kind),
  );
  if (isLaidOut && !isReachable) return unsafe(`there is no file ${name} for it`);
  if (update.vendor === 'via') return unsafe('only firmware loads updates of VIA');
  if (update.vendor === 'amd') return unsafe('AMD declares no revision from which a late load is safe');
  if (cpu.signature === BDX90_SIGNATURE && (revision ?? 0) < BDX90_FIXED) {
    return unsafe('erratum BDX90: a late load may hang this CPU');
  }
  const { minimumRevision } = update.header;
  if (minimumRevision === 0) return unsafe('the update declares no revision from which a late load is safe');
  if (revision === null) return unsafe('the running revision is not known');
  // Unsigned, as Linux compares.
  return revision >= minimumRevision
    ? { safe: true, reason: `${hex32(minimumRevision)} or later runs` }
    : unsafe(`${hex32(minimumRevision)} or later must run first`);
}
