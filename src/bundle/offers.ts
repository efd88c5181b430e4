/** What a collection offers each CPU: its newest update, and the files that name it. */
import { amdFirmwareName } from '../cpu/amd.ts';
import { intelFirmwareName } from '../cpu/intel.ts';
import { ageOrder } from './age.ts';
import type { Held, Update } from './collect.ts';
import { type Service, servicesOf } from './cpu-choice.ts';
import { firmwareName } from '../inputs/firmware-name.ts';
import { baseName } from './origin-parts.ts';
import { grouped } from './group.ts';

/** One row of a comparison: a signature with a platform mask as some update lists it (Intel), a CPUID (AMD, VIA). */
export interface Offer {
  readonly vendor: Update['vendor'];
  readonly signature: number;
  /** 0 for AMD and VIA, which have no platforms. */
  readonly platformMask: number;
  /** The newest update for it. */
  readonly held: Held;
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
const isOwnFile = (held: Held, name: string): boolean => {
  const base = baseName(held.origin);
  return base === name || (firmwareName(base).kind === 'intel' && base.startsWith(`${name}.`));
};

/** By signature (ascending) and mask (descending), Intel first. */
export function offersOf(updates: readonly Held[]): Offer[] {
  const keyOf = ({ held, signature, platformMask }: Service): string =>
    `${held.update.vendor}/${signature}/${platformMask}`;
  return [...grouped(servicesOf(updates), keyOf).values()].flatMap(offer).sort(byCpu);
}

const byCpu = (a: Offer, b: Offer): number =>
  byVendor(a.vendor, b.vendor) || a.signature - b.signature || b.platformMask - a.platformMask;

function offer(services: readonly Service[]): Offer[] {
  const newest = services.reduce<Service | undefined>(
    (best, one) => (best !== undefined && ageOrder(best.held.update, one.held.update) >= 0 ? best : one),
    undefined,
  );
  if (newest === undefined) return [];
  const { held, signature, platformMask } = newest;
  const name = lateName(held.update, signature);
  return [
    {
      vendor: held.update.vendor,
      signature,
      platformMask,
      held,
      files: [...new Set(services.map((one) => baseName(one.held.origin)))].sort(),
      ownFile: name !== null && services.some((one) => isOwnFile(one.held, name)) ? name : null,
    },
  ];
}
