/** What a collection lacks, and what it must not have, by the user's policy. */
import { hex32 } from '../../bytes/hex.ts';
import { platformIds } from '../../cpu/intel.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { verifyAmdSignature } from '../../formats/amd/signature.ts';
import { fileOrigin } from '../../inputs/origin.ts';
import { revisionOrder } from '../update-order.ts';
import { type Collection, type CollectedUpdate, type Located, locatedIn } from '../collect.ts';
import {
  choiceText,
  chosenPlatforms,
  matchesCpu,
  matchesSignature,
  type Service,
  servicesOf,
} from '../select/policy-cpu.ts';
import { baseName } from '../origin-parts.ts';
import type { PlacedPolicy, PolicyPlace, Requirement } from '../../schemas/policy-file.ts';

const LICENCE = /^(?:LICEN[CS]E|COPYING|copyright)/i;

export function policyFindings(placed: PlacedPolicy, { updates, findings }: Collection): Located[] {
  const { policy, place, path } = placed;
  const services = servicesOf(updates);
  const inPolicy = (at: PolicyPlace, found: Finding): Located[] =>
    locatedIn(fileOrigin(path), [{ ...found, offset: at.offset }]);
  return [
    ...(policy.require ?? []).flatMap((requirement, index) => {
      const at = place(['require', index]);
      return requirementFindings(requirement, services, at.line).flatMap((found) => inPolicy(at, found));
    }),
    ...forbidden(placed, services),
    ...otherVendors(placed, updates),
    ...weakSignatures(placed, updates),
    ...tooLarge(placed, updates).flatMap((found) => inPolicy(place(['maximumSize']), found)),
    ...(policy.licenceFile === true && !findings.some(({ origin }) => LICENCE.test(baseName(origin)))
      ? inPolicy(place(['licenceFile']), finding('policy/no-licence', { offset: 0 }, {}))
      : []),
  ];
}

const signed = ({ collected }: Service): number => revisionOrder(collected.update);

/** Every platform that is asked for must be served, each by its own newest update. */
function requirementFindings(requirement: Requirement, services: readonly Service[], line: number): Finding[] {
  const own = services.filter(({ signature }) => matchesSignature(requirement, signature));
  const asked = chosenPlatforms(requirement);
  const bits = asked === 0 ? [0] : platformIds(asked).map((id) => 1 << id);
  const newest = bits.map((bit) =>
    own
      .filter(({ platformMask }) => bit === 0 || (platformMask & bit) !== 0)
      .sort((a, b) => signed(b) - signed(a))
      .at(0),
  );
  const cpu = choiceText(requirement);
  const reason = requirement.reason === undefined ? '' : ` (${requirement.reason})`;
  if (newest.some((service) => service === undefined)) {
    return [finding('policy/missing-cpu', { offset: 0 }, { cpu, line, reason })];
  }
  if (requirement.revision === undefined) return [];
  const wanted = Number(requirement.revision);
  const old = newest.find((service) => service !== undefined && signed(service) < wanted);
  if (old === undefined) return [];
  const data = { cpu, line, reason, found: hex32(old.collected.update.revision), expected: hex32(wanted) };
  return [finding('policy/old-revision', { offset: 0 }, data)];
}

function forbidden({ policy, place }: PlacedPolicy, services: readonly Service[]): Located[] {
  return (policy.forbid ?? []).flatMap((prohibition, index) => {
    const bad = services.filter(
      ({ collected, signature, platformMask }) =>
        collected.update.revision === Number(prohibition.revision) && matchesCpu(prohibition, signature, platformMask),
    );
    const { line } = place(['forbid', index]);
    return [...new Set(bad.map(({ collected }) => collected))].flatMap(({ origin, update }) => {
      const data = { found: hex32(update.revision), line, reason: prohibition.reason };
      return locatedIn(origin, [finding('policy/forbidden-revision', { offset: 0 }, data)]);
    });
  });
}

function otherVendors({ policy }: PlacedPolicy, updates: readonly CollectedUpdate[]): Located[] {
  const { vendors } = policy;
  if (vendors === undefined) return [];
  const expected = vendors.length === 0 ? 'none' : vendors.join(' and ');
  return updates
    .filter(({ update }) => !vendors.includes(update.vendor))
    .flatMap(({ origin, update }) =>
      locatedIn(origin, [finding('policy/vendor', { offset: 0 }, { found: update.vendor, expected })]),
    );
}

/** Patches before family 17h carry no signature, and Intel's cannot be checked: the demand is about those that can be. */
function weakSignatures({ policy }: PlacedPolicy, updates: readonly CollectedUpdate[]): Located[] {
  const { signatures } = policy;
  if (signatures === undefined) return [];
  return updates.flatMap(({ origin, update }) => {
    if (update.vendor !== 'amd') return [];
    const { verdict } = verifyAmdSignature(update);
    if (verdict === 'none' || verdict === 'valid' || verdict === signatures) return [];
    return locatedIn(origin, [finding('policy/signature', { offset: 0 }, { found: verdict, expected: signatures })]);
  });
}

function tooLarge({ policy }: PlacedPolicy, updates: readonly CollectedUpdate[]): Finding[] {
  const found = updates.reduce((sum, { update }) => sum + update.size, 0);
  const { maximumSize } = policy;
  if (maximumSize === undefined || found <= maximumSize) return [];
  return [finding('policy/size', { offset: 0 }, { found, expected: maximumSize })];
}
