/** Updates in the files that the kernel's firmware loader asks for. */
import { sha256 } from '../bytes/digest.ts';
import { intelFirmwareName } from '../cpu/intel.ts';
import type { AmdContainer } from '../formats/amd/container.ts';
import { type IntelUpdate, servedBy } from '../formats/intel/update.ts';
import type { Origin } from '../inputs/origin.ts';
import { carriersOf, distinctPatches } from './amd-containers.ts';
import type { Held } from './collect.ts';
import type { PlannedFile } from './extract.ts';
import { firmwareName } from '../inputs/firmware-name.ts';
import { baseName } from './origin-parts.ts';
import { grouped } from './group.ts';
import { orderedIntel } from './newest-intel.ts';
import { patchesOf } from './wanted.ts';

/** @param everything what was read, of which `held` is selected */
export function kernelFiles(
  held: readonly Held[],
  everything: readonly Held[],
  containers: readonly AmdContainer[],
): PlannedFile[] {
  const carriers = carriersOf(distinctPatches(patchesOf(held)), {
    held: patchesOf(everything),
    wanted: () => true,
    containers,
  });
  const amd = carriers.map(({ name, bytes, patches }): PlannedFile => {
    return { path: `amd-ucode/${name}`, parts: [bytes], updates: patches };
  });
  return [...amd, ...intelFiles(held)];
}

/** Where an update may stand: in a file that the kernel finds late, or only in one that early images are made of. */
interface Place {
  readonly folder: string;
  readonly suffix: string;
}

/** Intel's folder of updates that should not be loaded late without a second thought. */
const CAVEATS = 'intel-ucode-with-caveats';

/** What the distributor made of the file that the update was in, by its name and folder. */
function placeOf(origin: Origin): Place {
  const name = baseName(origin);
  const firmware = firmwareName(name);
  const folder = [origin.path, ...origin.members].some((path) => path.split('/').includes(CAVEATS));
  return {
    folder: folder ? CAVEATS : 'intel-ucode',
    suffix: firmware.kind === 'intel' && !firmware.late ? name.slice(firmware.cpu.length) : '',
  };
}

const isLate = ({ folder, suffix }: Place): boolean => folder !== CAVEATS && suffix === '';

/** A file for each signature name; in it the updates by platform mask, then revision, ascending: the order of Intel's releases. */
function intelFiles(held: readonly Held[]): PlannedFile[] {
  const copies = grouped(
    held.filter(({ update }) => update.vendor === 'intel'),
    ({ update }) => sha256(update.bytes),
  );
  const origins = new Map([...copies.values()].flatMap((same) => same.map((one) => [one.update, same] as const)));
  const updates = orderedIntel(held.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : [])));
  const rows = updates.flatMap((update) => {
    const same = origins.get(update) ?? [];
    const places = same.map(({ origin }) => placeOf(origin));
    // One open copy is enough: the distributor lets the kernel have it late.
    const { folder, suffix } = places.find(isLate) ?? places[0] ?? { folder: 'intel-ucode', suffix: '' };
    return rowsOf(update, same).map((row) => ({ ...row, path: `${folder}/${row.name}${suffix}` }));
  });
  return [...grouped(rows, ({ path }) => path)]
    .map(([path, entries]): PlannedFile => {
      const inFile = [...entries].sort(
        (a, b) => a.platformMask - b.platformMask || (a.update.revision | 0) - (b.update.revision | 0),
      );
      const once = [...new Map(inFile.map((entry) => [entry.update, entry])).values()];
      return {
        path,
        parts: once.map(({ update }) => update.bytes),
        updates: once.flatMap(({ held: [first] }) => (first === undefined ? [] : [first])),
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Row {
  readonly name: string;
  readonly platformMask: number;
  readonly update: IntelUpdate;
  readonly held: readonly Held[];
}

const rowsOf = (update: IntelUpdate, held: readonly Held[]): Row[] =>
  servedBy(update).map(({ signature, platformMask }) => ({
    name: intelFirmwareName(signature),
    platformMask,
    update,
    held,
  }));
