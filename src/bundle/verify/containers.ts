/** AMD containers in one file: their order, and CPUs with more than one patch. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import { finding } from '../../findings/finding.ts';
import type { AmdContainer } from '../../formats/amd/container.ts';
import type { AmdPatch } from '../../formats/amd/patch.ts';
import { linuxMaximum } from '../../formats/amd/sizes.ts';
import type { Origin } from '../../inputs/origin.ts';
import { saysLinuxSince } from '../../loaders/linux/versions.ts';
import { sideOf } from '../amd-sides.ts';
import { type CollectedUpdate, type Located, locatedIn } from '../collect.ts';
import { firmwareName } from '../../inputs/firmware-name.ts';
import { baseName, fileKey } from '../origin-parts.ts';
import { grouped } from '../group.ts';

interface ContainerFile {
  /** Of the file's first byte. */
  readonly origin: Origin;
  /** In file order. */
  readonly containers: readonly AmdContainer[];
}

export function verifyContainers(collected: readonly CollectedUpdate[]): Located[] {
  const files = grouped(
    collected.filter(({ container }) => container !== undefined),
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
      ...pairs(file),
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
    for (const { size } of patches) longest = Math.max(longest, size);
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

/** A patch for a CPU, and the container that it stands in. */
interface Appearance {
  readonly cpuid: number;
  readonly patch: AmdPatch;
  readonly container: AmdContainer;
}

/** By CPU, in file order. */
const appearances = (containers: readonly AmdContainer[]): Map<number, Appearance[]> =>
  grouped(
    containers.flatMap((container) =>
      container.patches.flatMap((patch) => patch.cpuids.map((cpuid) => ({ cpuid, patch, container }))),
    ),
    ({ cpuid }) => cpuid,
  );

const revisionsOf = (own: readonly Appearance[]): number[] => [...new Set(own.map(({ patch }) => patch.revision))];

/** Patches of one CPU that compete: those on one side of EntrySign. */
const rivalsOf = (own: readonly Appearance[]): Appearance[][] => [
  ...grouped(own, ({ patch }) => sideOf(patch)).values(),
];

function rivals({ origin }: ContainerFile, container: AmdContainer): Located[] {
  return [...appearances([container])].flatMap(([cpuid, all]) =>
    rivalsOf(all).flatMap((own) => {
      const revisions = revisionsOf(own);
      const last = own.at(-1);
      if (revisions.length < 2 || last === undefined) return [];
      const data = { cpuid: hex32(cpuid), found: revisions.map(hex32).join(', ') };
      return locatedIn(origin, [finding('bundle/two-patches', { offset: last.patch.offset }, data)]);
    }),
  );
}

function between({ origin, containers }: ContainerFile): Located[] {
  return [...appearances(containers)].flatMap(([cpuid, all]) =>
    rivalsOf(all).flatMap((own) => {
      const holders = [...new Set(own.map(({ container }) => container))];
      const [first, second] = holders;
      const revisions = revisionsOf(own);
      if (first === undefined || second === undefined || revisions.length < 2) return [];
      const chosen = own.findLast(({ container }) => container === first);
      const data = {
        cpuid: hex32(cpuid),
        count: holders.length,
        found: hex32(chosen?.patch.revision ?? 0),
        expected: hex32(revisions.reduce((a, b) => Math.max(a, b), 0)),
      };
      return locatedIn(origin, [finding('bundle/two-containers', { offset: second.offset }, data)]);
    }),
  );
}

const newestOf = (own: readonly Appearance[]): Appearance | undefined =>
  own.reduce<Appearance | undefined>(
    (best, one) => (best !== undefined && best.patch.revision >= one.patch.revision ? best : one),
    undefined,
  );

/** What stands for a CPU on both sides of EntrySign, and whether a kernel that does not choose takes the newer one for all. */
function pairs({ origin, containers }: ContainerFile): Located[] {
  const since = saysLinuxSince('passesOverOtherSide');
  return [...appearances(containers)].flatMap(([cpuid, own]) => {
    const older = newestOf(own.filter(({ patch }) => sideOf(patch) === 'vulnerable'));
    const newer = newestOf(own.filter(({ patch }) => sideOf(patch) === 'fixed'));
    if (older === undefined || newer === undefined) return [];
    const data = { cpuid: hex32(cpuid), older: hex32(older.patch.revision), newer: hex32(newer.patch.revision), since };
    const offset = Math.max(older.patch.offset, newer.patch.offset);
    const how =
      older.container !== newer.container
        ? 'in two containers'
        : older.patch.offset > newer.patch.offset
          ? 'the older one last'
          : undefined;
    const found =
      how === undefined
        ? finding('bundle/pair', { offset }, data)
        : finding('bundle/pair-order', { offset }, { ...data, how });
    return locatedIn(origin, [found]);
  });
}
