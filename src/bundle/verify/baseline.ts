/** What a collection lost against an older one: CPUs, revisions, dates. Each platform, and each side of EntrySign, counts by itself. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import type { EntrySignSide } from '../../cpu/amd-entrysign.ts';
import { platformIds } from '../../cpu/intel.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import type { Exception } from '../../schemas/policy-file.ts';
import { ageOrder, compareContents, revisionOrder } from '../update-order.ts';
import { sideOf } from '../amd-sides.ts';
import { type CollectedUpdate, type Located, locatedIn, type Update } from '../collect.ts';
import { matchesCpu, servicesOf } from '../select/policy-cpu.ts';
import { grouped } from '../group.ts';
import { newestByCpu } from '../compare/newest-by-cpu.ts';
import type { IsPublished } from './published.ts';

/** A signature on one platform; bit 0 where there are none. */
interface Cell {
  readonly vendor: Update['vendor'];
  readonly signature: number;
  readonly bit: number;
  readonly side: EntrySignSide;
  readonly newest: CollectedUpdate;
}

function cellsOf(updates: readonly CollectedUpdate[]): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { collected, signature, platformMask } of servicesOf(updates)) {
    const ids = platformIds(platformMask);
    for (const bit of ids.length === 0 ? [0] : ids.map((id) => 1 << id)) {
      const { vendor } = collected.update;
      const side = sideOf(collected.update);
      const key = `${vendor}/${signature}/${bit}/${side}`;
      const known = cells.get(key);
      if (known === undefined || ageOrder(collected.update, known.newest.update) > 0) {
        cells.set(key, { vendor, signature, bit, side, newest: collected });
      }
    }
  }
  return cells;
}

/** What happened to a cell; cells that share it are told together. */
interface Loss {
  readonly cell: Cell;
  readonly now: CollectedUpdate | undefined;
}

/** Findings stand at the new update where there is one, else at the old. */
export function baselineFindings(
  before: readonly CollectedUpdate[],
  after: readonly CollectedUpdate[],
  allow: readonly Exception[] = [],
  isPublished: IsPublished = () => false,
): Located[] {
  const now = cellsOf(after);
  const losses = [...cellsOf(before)]
    .map(([key, cell]): Loss => ({ cell, now: now.get(key)?.newest }))
    .filter(({ cell }) => !allow.some((exception) => matchesCpu(exception, cell.signature, cell.bit)));
  const sameVerdict = new Map<CollectedUpdate, number>();
  const idOf = (collected: CollectedUpdate | undefined): number => {
    if (collected === undefined) return -1;
    const id = sameVerdict.get(collected) ?? sameVerdict.size;
    sameVerdict.set(collected, id);
    return id;
  };
  const groups = grouped(losses, ({ cell, now }) => `${cell.signature}/${idOf(cell.newest)}/${idOf(now)}`);
  return [
    ...[...groups.values()].flatMap((losses) => lossFindings(losses, isPublished)),
    ...lostNames(before, after, allow),
  ];
}

function lossFindings(losses: readonly Loss[], isPublished: IsPublished): Located[] {
  const [first] = losses;
  if (first === undefined) return [];
  const { cell, now } = first;
  const mask = losses.reduce((bits, loss) => bits | loss.cell.bit, 0);
  const cpu = cell.vendor === 'intel' ? `${hex32(cell.signature)}/${hex8(mask)}` : amdText(cell);
  const found = compare(cpu, cell.newest, now, isPublished);
  return found === undefined ? [] : locatedIn((now ?? cell.newest).origin, [found]);
}

/** The CPU as a loss of it is told: with the BIOS that the patch is for, where EntrySign divides its patches. */
function amdText({ signature, side }: Cell): string {
  switch (side) {
    case 'unlisted':
      return hex32(signature);
    case 'vulnerable':
      return `${hex32(signature)} with the EntrySign flaw`;
    case 'fixed':
      return `${hex32(signature)} with a fixed BIOS`;
  }
}

function compare(
  cpu: string,
  before: CollectedUpdate,
  now: CollectedUpdate | undefined,
  isPublished: IsPublished,
): Finding | undefined {
  const [old, own] = [before.update, now?.update];
  const at = { offset: 0 };
  const expected = hex32(old.revision);
  if (own === undefined) return finding('baseline/lost', at, { cpu, expected });
  const found = hex32(own.revision);
  const rise = revisionOrder(own) - revisionOrder(old);
  if (rise < 0) return finding('baseline/lowered', at, { cpu, expected, found });
  // VIA tells updates of one revision apart by their dates.
  const isDated = own.vendor === 'via' && own.date.text !== old.date.text;
  if (rise === 0 && !isDated) {
    // A mask that grew changes the header, and so the bytes.
    const isSame = compareContents(old, own) !== 'different' || masksDiffer(before, now);
    // A vendor may publish several contents under one revision.
    return isSame || (isPublished(old) && isPublished(own))
      ? undefined
      : finding('baseline/rewritten', at, { cpu, found });
  }
  if (own.date.text >= old.date.text) return undefined;
  return finding('baseline/date', at, { cpu, expected: old.date.text, found: own.date.text });
}

const masksDiffer = (a: CollectedUpdate, b: CollectedUpdate | undefined): boolean =>
  a.update.vendor === 'intel' &&
  b?.update.vendor === 'intel' &&
  a.update.main.platformMask !== b.update.main.platformMask;

/** Names of files that the late loader would open and that are gone, of CPUs that are still served. */
function lostNames(
  before: readonly CollectedUpdate[],
  after: readonly CollectedUpdate[],
  allow: readonly Exception[],
): Located[] {
  const cpuOf = ({ vendor, signature }: { readonly vendor: string; readonly signature: number }): string =>
    `${vendor}/${signature}`;
  const now = grouped(newestByCpu(after), cpuOf);
  const isLaidOut = [...now.values()].flat().some(({ ownFile }) => ownFile !== null);
  if (!isLaidOut) return [];
  const lost = newestByCpu(before).filter((offer) => {
    const same = now.get(cpuOf(offer)) ?? [];
    const isAllowed = allow.some((exception) => matchesCpu(exception, offer.signature, offer.platformMask));
    return offer.ownFile !== null && !isAllowed && same.length > 0 && same.every(({ ownFile }) => ownFile === null);
  });
  return [...grouped(lost, cpuOf).values()].flatMap(([offer]) => {
    const expected = offer?.ownFile ?? null;
    if (offer === undefined || expected === null) return [];
    const data = { cpu: hex32(offer.signature), expected };
    return locatedIn(offer.collected.origin, [finding('baseline/name-lost', { offset: 0 }, data)]);
  });
}
