/** Checks a collection of updates: what parsers found in each file, and what only shows when files are compared. */
import type { Catalogue } from '../../cpu/catalogue.ts';
import { finding } from '../../findings/finding.ts';
import type { Blob, Opened } from '../../inputs/blob.ts';
import { fileOrigin } from '../../inputs/origin.ts';
import type { PlacedPolicy } from '../../schemas/policy-file.ts';
import { type Collection, type CollectedUpdate, type Located, locatedIn, readBlob } from '../collect.ts';
import { baselineFindings } from './baseline.ts';
import { fileKey } from '../origin-parts.ts';
import { unrecognisedBytes } from './unrecognised-bytes.ts';
import { applyPolicy, type VerifyVerdict, type RuleChoice } from './verdict.ts';
import { policyFindings } from './policy.ts';
import { publishedIn } from './published.ts';
import { verifyCatalogue } from './catalogue.ts';
import { verifyContainers } from './containers.ts';
import { verifyHeaders } from './headers.ts';
import { verifyNames } from './file-names.ts';
import { verifySuperseded } from './superseded.ts';
import { verifySignatures } from './signatures.ts';

/**
 * Parses everything that is opened, and says what foreign bytes in it are. Updates are views of what was read, so `openInputs` must not share a
 * buffer (`reuseBuffer`). Throws only what reading `opened` throws.
 */
export async function readCollection(opened: AsyncIterable<Opened>): Promise<Collection> {
  const updates: CollectedUpdate[] = [];
  const findings: Located[] = [];
  for await (const item of opened) {
    if (item.kind === 'finding') {
      findings.push(...locatedIn(item.origin, [item.finding]));
      continue;
    }
    const reading = readBlob(item.blob);
    updates.push(...reading.updates);
    findings.push(...reading.findings, ...beside(item.blob, reading.findings));
  }
  return { updates, findings };
}

function beside(blob: Blob, findings: readonly Located[]): Located[] {
  const own = findings.map(({ finding }) => ({ ...finding, offset: finding.offset - blob.origin.offset }));
  return locatedIn(blob.origin, unrecognisedBytes(blob, own));
}

/** The collection with what was found in its inputs in other ways; what was found in both is kept once. */
export function withFindings({ updates, findings }: Collection, more: readonly Located[]): Collection {
  const keyOf = ({ origin, finding }: Located): string =>
    JSON.stringify([finding.rule, origin.path, origin.offset, finding.message]);
  const known = new Set(findings.map(keyOf));
  // What is wrong with an image says better why nothing was found in it.
  const explained = new Set(more.flatMap(({ origin, finding }) => (finding.severity === 'error' ? [origin.path] : [])));
  const kept = findings.filter(
    ({ origin, finding }) => finding.rule !== 'input/no-microcode' || !explained.has(origin.path),
  );
  return { updates, findings: [...kept, ...more.filter((one) => !known.has(keyOf(one)))] };
}

/** What `verify` holds a collection against. */
export interface VerifyOptions {
  /** As the user named the inputs; the first is where a collection without updates is reported. */
  readonly paths: readonly string[];
  readonly rules: RuleChoice;
  /** Updates that are known; `shippedKnowledge` has one. */
  readonly catalogue: Catalogue;
  /** A policy file with the places of its parts; undefined: the rules' own severities, nothing required or suppressed. */
  readonly policy: PlacedPolicy | undefined;
  /** The release before, which this one must not fall behind; undefined: none. */
  readonly baseline: Collection | undefined;
  /** `YYYY-MM-DD`, against which suppressions run out. */
  readonly today: string;
}

/**
 * The verdict on a collection under the rules and the policy that are asked for: what was found in the inputs, AMD's signatures, known
 * updates, names, headers, rivals and containers seen together. Pure; nothing is thrown. The rules: docs/rules.md.
 */
export function verify(
  collection: Collection,
  { paths, rules, catalogue, policy, baseline, today }: VerifyOptions,
): VerifyVerdict {
  const { updates, findings: inside } = collection;
  const isEmpty = updates.length === 0 && inside.every(({ finding }) => finding.severity !== 'error');
  const findings = [
    ...verifyCollection(collection, catalogue),
    ...(isEmpty ? locatedIn(fileOrigin(paths[0] ?? '-'), [NOTHING]) : []),
    ...(policy === undefined ? [] : policyFindings(policy, collection)),
    ...(baseline === undefined
      ? []
      : baselineFindings(baseline.updates, updates, policy?.policy.baseline?.allow, publishedIn(catalogue))),
    // A baseline of which a part was not read or is damaged would forbid too little, and nobody would notice.
    ...(baseline?.findings ?? []).filter(({ finding: { severity } }) => severity === 'error'),
  ];
  return applyPolicy(findings, rules, policy, today);
}

const NOTHING = finding('bundle/empty', { offset: 0 }, {});

/** Every finding on the collection, in the order of the inputs and of the offsets in them. */
export function verifyCollection({ updates, findings }: Collection, catalogue?: Catalogue): Located[] {
  return inOrder([
    ...findings,
    ...verifySignatures(updates),
    ...(catalogue === undefined ? [] : verifyCatalogue(updates, catalogue)),
    ...verifyNames(updates),
    ...verifyHeaders(updates),
    ...verifySuperseded(updates, catalogue === undefined ? undefined : publishedIn(catalogue)),
    ...verifyContainers(updates),
  ]);
}

/** Files in the order they come first, findings of a file by offset; what is alike keeps its order. */
export function inOrder(findings: readonly Located[]): Located[] {
  const place = new Map<string, number>();
  for (const { origin } of findings) {
    const key = fileKey(origin);
    if (!place.has(key)) place.set(key, place.size);
  }
  const placeOf = ({ origin }: Located): number => place.get(fileKey(origin)) ?? 0;
  return [...findings].sort((a, b) => placeOf(a) - placeOf(b) || a.origin.offset - b.origin.offset);
}
