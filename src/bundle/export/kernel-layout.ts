/** Updates in the files that the kernel's firmware loader asks for. */
import { sha256 } from '../../bytes/digest.ts';
import { intelFirmwareName } from '../../cpu/intel.ts';
import type { AmdContainer } from '../../formats/amd/container.ts';
import { type IntelUpdate, servedBy } from '../../formats/intel/update.ts';
import type { Origin } from '../../inputs/origin.ts';
import { containerFiles, distinctPatches } from '../amd-containers.ts';
import type { CollectedUpdate } from '../collect.ts';
import type { PlannedFile } from './update-file-name.ts';
import { firmwareName } from '../../inputs/firmware-name.ts';
import { baseName } from '../origin-parts.ts';
import { grouped } from '../group.ts';
import { orderedIntel } from '../select/newest-intel.ts';
import { patchesOf } from '../select/selection.ts';

/** @param everything what was read, of which `collected` is selected */
export function kernelFiles(
  collected: readonly CollectedUpdate[],
  everything: readonly CollectedUpdate[],
  containers: readonly AmdContainer[],
): PlannedFile[] {
  const carriers = containerFiles(distinctPatches(patchesOf(collected)), {
    collected: patchesOf(everything),
    servesCpu: () => true,
    containers,
  });
  const amd = carriers.map(({ name, bytes, patches }): PlannedFile => {
    return { path: `amd-ucode/${name}`, parts: [bytes], updates: patches };
  });
  return [...amd, ...intelFiles(collected)];
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
function intelFiles(collected: readonly CollectedUpdate[]): PlannedFile[] {
  const copies = grouped(
    collected.filter(({ update }) => update.vendor === 'intel'),
    ({ update }) => sha256(update.bytes),
  );
  const origins = new Map([...copies.values()].flatMap((same) => same.map((one) => [one.update, same] as const)));
  const updates = orderedIntel(collected.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : [])));
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
        updates: once.flatMap(({ collected: [first] }) => (first === undefined ? [] : [first])),
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Row {
  readonly name: string;
  readonly platformMask: number;
  readonly update: IntelUpdate;
  readonly collected: readonly CollectedUpdate[];
}

const rowsOf = (update: IntelUpdate, collected: readonly CollectedUpdate[]): Row[] =>
  servedBy(update).map(({ signature, platformMask }) => ({
    name: intelFirmwareName(signature),
    platformMask,
    update,
    collected,
  }));
