/** What a collection has for a CPU that runs: a newer update or none, and whether it may be loaded while the system is up. */
import { hex32 } from '../bytes/hex.ts';
import { BDX90_FIXED, BDX90_SIGNATURE } from '../cpu/intel.ts';
import { ageOrder, revisionOrder } from './age.ts';
import { sideOf, sidesOfCpu } from './amd-sides.ts';
import type { Held } from './collect.ts';
import { type Service, servicesOf } from './cpu-choice.ts';
import { firmwareName } from '../inputs/firmware-name.ts';
import { baseName } from './origin-parts.ts';
import { lateName } from './offers.ts';

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
  readonly because: string;
}

export interface CpuOffer {
  readonly held: Held;
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
export function offerTo(cpu: RunningCpu, updates: readonly Held[]): CpuOffer | null {
  const every = servicesOf(updates).filter((service) => fits(service, cpu));
  const sides = cpu.vendor === 'amd' ? sidesOfCpu(cpu.signature, cpu.revision) : [];
  const own = every.filter(({ held }) => sides.length === 0 || sides.includes(sideOf(held.update)));
  const fitting = own.length > 0 ? own : every;
  const newest = fitting.reduce<Service | undefined>(
    (best, one) => (best !== undefined && ageOrder(best.held.update, one.held.update) >= 0 ? best : one),
    undefined,
  );
  if (newest === undefined) return null;
  const { held } = newest;
  const same = fitting.filter(({ held: other }) => other.update.revision === held.update.revision);
  const state = stateOf(cpu, held);
  return {
    held,
    state: own.length === 0 && state === 'newer' ? 'other-side' : state,
    late: lateSafety(cpu, held, same),
  };
}

function fits({ held, signature, platformMask }: Service, cpu: RunningCpu): boolean {
  if (held.update.vendor !== cpu.vendor) return false;
  if (cpu.vendor === 'amd') return signature === cpu.signature;
  if ((signature & ~TYPE_BITS) !== cpu.signature) return false;
  return cpu.platformMask === null || platformMask === 0 || (platformMask & cpu.platformMask) !== 0;
}

function stateOf(cpu: RunningCpu, { update }: Held): CpuOffer['state'] {
  if (cpu.revision === null) return null;
  const rise = revisionOrder(update) - revisionOrder({ ...update, revision: cpu.revision });
  return rise > 0 ? 'newer' : rise === 0 ? 'running' : 'older';
}

const unsafe = (because: string): LateSafety => ({ safe: false, because });

/** The rule of Linux 6.7 and later: safe is what declares a minimum that runs already. */
function lateSafety(cpu: RunningCpu, { update }: Held, same: readonly Service[]): LateSafety {
  const { revision } = cpu;
  const name = lateName(update, cpu.signature);
  const isReachable = same.some(({ held }) => baseName(held.origin) === name);
  const isLaidOut = same.some(({ held }) => ['intel', 'amd'].includes(firmwareName(baseName(held.origin)).kind));
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
    ? { safe: true, because: `${hex32(minimumRevision)} or later runs` }
    : unsafe(`${hex32(minimumRevision)} or later must run first`);
}
