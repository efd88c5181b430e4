/** Several updates for one CPU: superseded ones, partly superseded ones, one revision with two contents. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import type { EntrySignSide } from '../../cpu/amd-entrysign.ts';
import { platformIds } from '../../cpu/intel.ts';
import { finding } from '../../findings/finding.ts';
import { servedBy } from '../../formats/intel/update.ts';
import { formatOrigin } from '../../inputs/origin.ts';
import { compareContents, revisionOrder } from '../update-order.ts';
import { sideOf } from '../amd-sides.ts';
import { type CollectedUpdate, type Located, locatedIn } from '../collect.ts';
import { grouped } from '../group.ts';
import type { IsPublished } from './published.ts';

/** One CPU an update may be chosen for: a signature on one platform (Intel), a CPUID (AMD). */
interface Claim {
  readonly collected: CollectedUpdate;
  readonly vendor: 'intel' | 'amd';
  readonly signature: number;
  /** Platform id; null for AMD and for Intel updates that name no platform. */
  readonly platform: number | null;
  /** Patches for different sides of EntrySign are no rivals. */
  readonly side: EntrySignSide;
}

/** VIA published many updates under one revision, and no operating system picks one of them: none speaks against another. */
function claimsOf(collected: CollectedUpdate): Claim[] {
  const { update } = collected;
  if (update.vendor === 'via') return [];
  const { vendor } = update;
  const side = sideOf(update);
  if (vendor === 'amd')
    return update.cpuids.map((signature) => ({ collected, vendor, signature, platform: null, side }));
  return servedBy(update).flatMap(({ signature, platformMask }) => {
    const ids = platformIds(platformMask);
    return (ids.length === 0 ? [null] : ids).map((platform) => ({ collected, vendor, signature, platform, side }));
  });
}

const keyOf = ({ vendor, signature, platform, side }: Claim): string => `${vendor}/${signature}/${platform}/${side}`;

const order = ({ update }: CollectedUpdate): number => revisionOrder(update);

/** `0x000906a4/0x80`, platforms of one signature together. */
function cpuText(claims: readonly Claim[]): string {
  return [...grouped(claims, ({ signature }) => signature)]
    .map(([signature, own]) => {
      const mask = own.reduce((bits, { platform }) => bits | (platform === null ? 0 : 1 << platform), 0);
      return own[0]?.vendor === 'amd' ? hex32(signature) : `${hex32(signature)}/${hex8(mask)}`;
    })
    .join(', ');
}

/** @param isPublished undefined: nothing is known of what was published */
export function verifySuperseded(collected: readonly CollectedUpdate[], isPublished?: IsPublished): Located[] {
  const claims = collected.flatMap(claimsOf);
  const competing = grouped(claims, keyOf);
  const models = modelOfEach(claims, isPublished);
  const best = new Map([...competing].map(([key, own]) => [key, own.reduce(newer).collected]));
  return [...grouped(claims, (claim) => claim.collected).values()].flatMap((own) => [
    ...superseded(own, best),
    ...rewritten(own, models, isPublished),
  ]);
}

const newer = (a: Claim, b: Claim): Claim => (order(b.collected) > order(a.collected) ? b : a);

/** Inside a container two AMD patches for a CPU are no leftover but a choice, which other rules speak of. */
const isLeftOver = (collected: CollectedUpdate, winner: CollectedUpdate | undefined): winner is CollectedUpdate =>
  winner !== undefined &&
  order(winner) > order(collected) &&
  (collected.container === undefined || collected.container !== winner.container);

function superseded(claims: readonly Claim[], best: ReadonlyMap<string, CollectedUpdate>): Located[] {
  const lost = claims.flatMap((claim) => {
    const winner = best.get(keyOf(claim));
    return isLeftOver(claim.collected, winner) ? [{ claim, winner }] : [];
  });
  const [first] = lost;
  if (first === undefined) return [];
  const { origin, update } = first.claim.collected;
  const data = {
    found: hex32(update.revision),
    other: formatOrigin(first.winner.origin),
    expected: hex32(first.winner.update.revision),
  };
  if (lost.length === claims.length) {
    return locatedIn(origin, [finding('bundle/superseded', { offset: 0 }, data)]);
  }
  const cpus = cpuText(lost.map(({ claim }) => claim));
  return locatedIn(origin, [finding('bundle/overlapping-masks', { offset: 0 }, { ...data, cpus })]);
}

/**
 * Of several updates with one revision for one CPU each is compared with one of them, so that many cost no more than few: with the first that
 * was published, so that a finding stands at what was not.
 */
const revisionKey = (claim: Claim): string => `${keyOf(claim)}/${claim.collected.update.revision}`;

function modelOfEach(claims: readonly Claim[], isPublished: IsPublished = () => true): Map<string, CollectedUpdate> {
  const models = new Map<string, CollectedUpdate>();
  for (const [key, own] of grouped(claims, revisionKey)) {
    const [first] = own;
    if (first === undefined) continue;
    const isAlone = own.every(({ collected }) => compareContents(first.collected.update, collected.update) === 'same');
    const model = isAlone ? first : (own.find(({ collected }) => isPublished(collected.update)) ?? first);
    models.set(key, model.collected);
  }
  return models;
}

function rewritten(
  claims: readonly Claim[],
  models: ReadonlyMap<string, CollectedUpdate>,
  isPublished?: IsPublished,
): Located[] {
  for (const claim of claims) {
    const { collected } = claim;
    const other = models.get(revisionKey(claim));
    if (other === undefined || other === collected) continue;
    const data = { found: hex32(collected.update.revision), other: formatOrigin(other.origin) };
    const cpus = (): string => cpuText(claims.filter((own) => models.get(revisionKey(own)) === other));
    switch (compareContents(other.update, collected.update)) {
      case 'same':
        continue;
      case 'minimum-differs':
        return locatedIn(collected.origin, [finding('bundle/minimum-differs', { offset: 12 }, data)]);
      case 'header-differs':
        return locatedIn(collected.origin, [
          finding('bundle/header-differs', { offset: 12 }, { ...data, cpus: cpus() }),
        ]);
      case 'different': {
        const isOwn = isPublished?.(collected.update) === true;
        const isOther = isPublished?.(other.update) === true;
        const found =
          isOwn && isOther
            ? finding('bundle/several-contents', { offset: 0 }, { ...data, cpus: cpus() })
            : finding(
                'bundle/same-revision',
                { offset: 0 },
                { ...data, cpus: cpus(), known: knownText(isOwn, isOther) },
              );
        return locatedIn(collected.origin, [found]);
      }
    }
  }
  return [];
}

function knownText(isOwn: boolean, isOther: boolean): string {
  if (isOwn) return 'only this one is known to have been published';
  return isOther ? 'only the other one is known to have been published' : 'neither is known to have been published';
}
