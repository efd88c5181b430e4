/** AMD containers that stand in one file: their order, and CPUs that more than one patch is for. */
import { hex32, hex8 } from '../bytes/hex.ts';
import { finding } from '../findings/finding.ts';
import type { AmdContainer } from '../formats/amd/container.ts';
import type { AmdPatch } from '../formats/amd/patch.ts';
import { linuxMaximum } from '../formats/amd/sizes.ts';
import { type Origin, originAt } from '../inputs/origin.ts';
import { type Held, type Located, locatedIn } from './collect.ts';
import { baseName, fileKey, firmwareName } from './firmware-name.ts';
import { grouped } from './group.ts';

interface ContainerFile {
  /** Of the file's first byte. */
  readonly origin: Origin;
  /** In file order. */
  readonly containers: readonly AmdContainer[];
}

export function verifyContainers(held: readonly Held[]): Located[] {
  const files = grouped(
    held.filter(({ container }) => container !== undefined),
    ({ origin }) => fileKey(origin),
  );
  return [...files.values()].flatMap((own) => {
    const first = own[0];
    if (first === undefined) return [];
    const containers = [...new Set(own.flatMap(({ container }) => container ?? []))];
    const file = { origin: { ...first.origin, offset: first.origin.offset - first.update.offset }, containers };
    return [
      ...hiddenFamilies(file),
      ...tooMany(file),
      ...containers.flatMap((one) => rivals(file, one)),
      ...between(file),
    ];
  });
}

/** Up to family 14h Linux limits the length of every section it walks over, whatever family that is for, and ends the scan there. */
function hiddenFamilies({ origin, containers }: ContainerFile): Located[] {
  const found: Located[] = [];
  const told = new Set<number>();
  let longest = 0;
  for (const { patches } of containers) {
    for (const { offset, family } of patches) {
      const maximum = linuxMaximum(family);
      if (maximum === null || longest <= maximum || told.has(family)) continue;
      told.add(family);
      const data = { family: hex8(family), found: longest, expected: maximum };
      found.push(...locatedIn(origin, [finding('bundle/amd-order', { offset }, data)]));
    }
    longest = Math.max(longest, ...patches.map(({ size }) => size));
  }
  return found;
}

function tooMany({ origin, containers }: ContainerFile): Located[] {
  const second = containers[1];
  if (second === undefined || firmwareName(baseName(origin)).kind !== 'amd') return [];
  return locatedIn(origin, [
    finding('bundle/amd-late-containers', { offset: second.offset }, { found: containers.length }),
  ]);
}

const byCpu = (patches: readonly AmdPatch[]): Map<number, AmdPatch[]> =>
  new Map(
    [...new Set(patches.flatMap(({ cpuids }) => cpuids))].map((cpuid) => [
      cpuid,
      patches.filter(({ cpuids }) => cpuids.includes(cpuid)),
    ]),
  );

const revisionsOf = (patches: readonly AmdPatch[]): number[] => [...new Set(patches.map(({ revision }) => revision))];

function rivals({ origin }: ContainerFile, { patches }: AmdContainer): Located[] {
  return [...byCpu(patches)].flatMap(([cpuid, own]) => {
    const revisions = revisionsOf(own);
    const last = own.at(-1);
    if (revisions.length < 2 || last === undefined) return [];
    const data = { cpuid: hex32(cpuid), found: revisions.map(hex32).join(', ') };
    return locatedIn(origin, [finding('bundle/two-patches', { offset: last.offset }, data)]);
  });
}

function between({ origin, containers }: ContainerFile): Located[] {
  return [...byCpu(containers.flatMap(({ patches }) => patches))].flatMap(([cpuid, own]) => {
    const holders = containers.filter(({ patches }) => patches.some((patch) => own.includes(patch)));
    const [first, second] = holders;
    if (first === undefined || second === undefined || revisionsOf(own).length < 2) return [];
    const chosen = own.findLast((patch) => first.patches.includes(patch));
    const data = {
      cpuid: hex32(cpuid),
      count: holders.length,
      found: hex32(chosen?.revision ?? 0),
      expected: hex32(Math.max(...own.map(({ revision }) => revision))),
    };
    return locatedIn(originAt(origin, 0), [finding('bundle/two-containers', { offset: second.offset }, data)]);
  });
}
