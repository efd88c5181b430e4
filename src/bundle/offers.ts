/** What a collection offers each CPU: its newest update, and the files that name it. */
import { amdFirmwareName } from '../cpu/amd.ts';
import { intelFirmwareName } from '../cpu/intel.ts';
import type { Held, Update } from './collect.ts';
import { type Service, servicesOf } from './cpu-choice.ts';
import { baseName, firmwareName } from './firmware-name.ts';
import { grouped } from './group.ts';

/** One row of a comparison: a signature with a platform mask as some update lists it (Intel), a CPUID (AMD). */
export interface Offer {
  readonly vendor: Update['vendor'];
  readonly signature: number;
  /** 0 for AMD, which has no platforms. */
  readonly platformMask: number;
  /** The newest update for it. */
  readonly held: Held;
  /** Base names of the files that have it, sorted. */
  readonly files: readonly string[];
  /** Name of the file that Linux opens for the CPU, when it is there and has the update; null otherwise. */
  readonly ownFile: string | null;
}

/** Revisions as the vendors compare them: Intel's signed, AMD's unsigned. */
export const revisionOrder = ({ vendor, revision }: Pick<Update, 'vendor' | 'revision'>): number =>
  vendor === 'intel' ? revision | 0 : revision;

/** The name that the late loader of Linux looks for. */
export function lateName(update: Update, signature: number): string {
  return update.vendor === 'intel' ? intelFirmwareName(signature) : amdFirmwareName(update.family);
}

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
  (a.vendor === b.vendor ? 0 : a.vendor === 'intel' ? -1 : 1) ||
  a.signature - b.signature ||
  b.platformMask - a.platformMask;

function offer(services: readonly Service[]): Offer[] {
  const newest = services.reduce<Service | undefined>(
    (best, one) =>
      best !== undefined && revisionOrder(best.held.update) >= revisionOrder(one.held.update) ? best : one,
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
      ownFile: services.some((one) => isOwnFile(one.held, name)) ? name : null,
    },
  ];
}
