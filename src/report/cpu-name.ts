import type { Offer } from '../bundle/offers.ts';
import { amdFamilyModelStepping } from '../cpu/amd.ts';
import { intelFirmwareName } from '../cpu/intel.ts';

/** Family, model and stepping as AMD and Intel firmware names write them: two hexadecimal digits each. VIA counts as Intel does. */
export function cpuName({ vendor, signature }: Pick<Offer, 'vendor' | 'signature'>): string {
  if (vendor !== 'amd') return intelFirmwareName(signature);
  const { family, model, stepping } = amdFamilyModelStepping(signature);
  return [family, model, stepping].map((part) => part.toString(16).padStart(2, '0')).join('-');
}
