/**
 * Code names of Zen models, for display only: nothing is decided by them. Grouped as zentool groups them, completed from AMD's public
 * product names.
 */
import { amdFamilyModelStepping } from './amd.ts';

const NAMES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  0x17: {
    0x01: 'Naples, Summit Ridge',
    0x08: 'Pinnacle Ridge, Colfax',
    0x11: 'Raven Ridge',
    0x18: 'Picasso',
    0x20: 'Dali',
    0x31: 'Rome, Castle Peak',
    0x60: 'Renoir',
    0x68: 'Lucienne',
    0x71: 'Matisse',
    0x90: 'Van Gogh',
    0x98: 'Mero',
    0xa0: 'Mendocino',
  },
  0x19: {
    0x01: 'Milan',
    0x08: 'Chagall',
    0x11: 'Genoa',
    0x18: 'Storm Peak',
    0x21: 'Vermeer',
    0x30: 'Badami',
    0x44: 'Rembrandt',
    0x50: 'Cezanne, Barcelo',
    0x61: 'Raphael',
    0x74: 'Phoenix',
    0x75: 'Hawk Point',
    0x78: 'Phoenix 2',
    0x7c: 'Hawk Point 2',
    0xa0: 'Bergamo, Siena',
  },
  0x1a: {
    0x02: 'Turin',
    0x08: 'Shimada Peak',
    0x11: 'Turin Dense',
    0x24: 'Strix Point',
    0x44: 'Granite Ridge',
    0x60: 'Krackan',
    0x68: 'Krackan',
    0x70: 'Strix Halo',
  },
};

/** Code name of the CPU with this CPUID leaf 1 EAX value; null when none is known. */
export function amdCodeName(cpuid: number): string | null {
  const { family, model } = amdFamilyModelStepping(cpuid);
  return NAMES[family]?.[model] ?? null;
}
