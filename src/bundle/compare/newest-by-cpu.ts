/** The newest update of a collection for each CPU, and the files that hold it. */
import { amdFirmwareName } from '../../cpu/amd.ts';
import { intelFirmwareName } from '../../cpu/intel.ts';
import { ageOrder } from '../update-order.ts';
import type { CollectedUpdate, Update } from '../collect.ts';
import { type Service, servicesOf } from '../select/policy-cpu.ts';
import { firmwareName } from '../../inputs/firmware-name.ts';
import { baseName } from '../origin-parts.ts';
import { grouped } from '../group.ts';

/** One row of a comparison: a signature with a platform mask as some update lists it (Intel), a CPUID (AMD, VIA). */
export interface NewestForCpu {
  readonly vendor: Update['vendor'];
  readonly signature: number;
  /** 0 for AMD and VIA, which have no platforms. */
  readonly platformMask: number;
  /** The newest update for it. */
  readonly collected: CollectedUpdate;
  /** Base names of the files that have it, sorted. */
  readonly files: readonly string[];
  /** Name of the file that Linux opens for the CPU, when it is there and has the update; null otherwise. */
  readonly ownFile: string | null;
}

/** The name that the late loader of Linux looks for; null for VIA, whose CPUs it has no loader for. */
export function lateName(update: Update, signature: number): string | null {
  switch (update.vendor) {
    case 'intel':
      return intelFirmwareName(signature);
    case 'amd':
      return amdFirmwareName(update.family);
    case 'via':
      return null;
  }
}

const VENDOR_ORDER: readonly Update['vendor'][] = ['intel', 'amd', 'via'];

/** Sorts vendors: Intel first, then AMD, then VIA. */
export const byVendor = (a: Update['vendor'], b: Update['vendor']): number =>
  VENDOR_ORDER.indexOf(a) - VENDOR_ORDER.indexOf(b);

/** Early-only copies of Debian and SUSE stand under the CPU's name too. */
const isOwnFile = (collected: CollectedUpdate, name: string): boolean => {
  const base = baseName(collected.origin);
  return base === name || (firmwareName(base).kind === 'intel' && base.startsWith(`${name}.`));
};

/** By signature (ascending) and mask (descending), Intel first. */
export function newestByCpu(updates: readonly CollectedUpdate[]): NewestForCpu[] {
  const keyOf = ({ collected, signature, platformMask }: Service): string =>
    `${collected.update.vendor}/${signature}/${platformMask}`;
  return [...grouped(servicesOf(updates), keyOf).values()].flatMap(offer).sort(byCpu);
}

const byCpu = (a: NewestForCpu, b: NewestForCpu): number =>
  byVendor(a.vendor, b.vendor) || a.signature - b.signature || b.platformMask - a.platformMask;

function offer(services: readonly Service[]): NewestForCpu[] {
  const newest = services.reduce<Service | undefined>(
    (best, one) => (best !== undefined && ageOrder(best.collected.update, one.collected.update) >= 0 ? best : one),
    undefined,
  );
  if (newest === undefined) return [];
  const { collected, signature, platformMask } = newest;
  const name = lateName(collected.update, signature);
  return [
    {
      vendor: collected.update.vendor,
      signature,
      platformMask,
      collected,
      files: [...new Set(services.map((one) => baseName(one.collected.origin)))].sort(),
      ownFile: name !== null && services.some((one) => isOwnFile(one.collected, name)) ? name : null,
    },
  ];
}
