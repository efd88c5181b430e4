/** Compares a collection with the catalogue of published updates. */
import { sha256 } from '../../bytes/digest.ts';
import { hex32, hex8 } from '../../bytes/hex.ts';
import { type Catalogue, type CatalogueEntry, catalogueVerdict, knownFor } from '../../cpu/catalogue.ts';
import { platformIds } from '../../cpu/intel.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { type CollectedUpdate, type Located, locatedIn, type Update } from '../collect.ts';
import { grouped } from '../group.ts';
import type { Candidate } from '../select/filter.ts';
import { candidatesOf } from '../select/selection.ts';
import { isAmong } from './published.ts';

export function verifyCatalogue(collected: readonly CollectedUpdate[], { entries }: Catalogue): Located[] {
  // The catalogue is asked many times, each time about a few CPUs.
  const bySignature = grouped(entries, ({ vendor, signature }) => `${vendor}/${signature}`);
  const patches = grouped(
    entries.filter(({ vendor }) => vendor === 'amd'),
    ({ revision }) => revision,
  );
  return collected.flatMap(({ origin, update }) => {
    const signatures = new Set(candidatesOf(update).map(({ signature }) => `${update.vendor}/${signature}`));
    const catalogue = { entries: [...signatures].flatMap((key) => bySignature.get(key) ?? []) };
    const known = candidatesOf(update).flatMap((candidate) =>
      knownFor(catalogue, { vendor: update.vendor, ...candidate }),
    );
    // AMD gives a revision once: before family 17h the catalogue knows a patch by the name of its equivalence id, which need not be
    // one of the CPUs that a table sends to it.
    const namesakes = update.vendor === 'amd' ? (patches.get(update.revision) ?? []) : [];
    return locatedIn(origin, updateFindings(update, catalogue, [...known, ...namesakes]));
  });
}

const cpuText = (vendor: Update['vendor'], { signature, platformMask }: Omit<Candidate, 'revision'>): string =>
  vendor === 'intel' ? `${hex32(signature)}/${hex8(platformMask)}` : hex32(signature);

function updateFindings(update: Update, catalogue: Catalogue, known: readonly CatalogueEntry[]): Finding[] {
  return [
    ...outdated(update, catalogue),
    ...withdrawn(update, known),
    ...unknownRevision(update, known),
    ...otherContent(update, known),
    ...minimumUnknown(update, known),
  ];
}

/** The vendor went back when a lower revision for the same CPU is in a release after the last one that had this one. */
function withdrawn(update: Update, known: readonly CatalogueEntry[]): Finding[] {
  const { revision } = update;
  const back = known.filter(({ releases }) => releases !== null && releases[1] !== '');
  for (const own of back.filter((entry) => entry.revision === revision)) {
    const after = back.find(
      (other) =>
        other.signature === own.signature &&
        (other.platformMask & own.platformMask) !== 0 &&
        other.revision < revision &&
        (other.releases?.[1] ?? '') > (own.releases?.[1] ?? ''),
    );
    if (after === undefined) continue;
    const data = {
      cpu: cpuText(update.vendor, own),
      found: hex32(revision),
      expected: hex32(after.revision),
      release: after.releases?.[1] ?? '',
    };
    return [finding('bundle/withdrawn', { offset: 0 }, data)];
  }
  return [];
}

function unknownRevision(update: Update, known: readonly CatalogueEntry[]): Finding[] {
  const [first] = candidatesOf(update);
  if (first === undefined || known.length === 0 || known.some(({ revision }) => revision === update.revision))
    return [];
  const data = { cpu: cpuText(update.vendor, first), found: hex32(update.revision) };
  return [finding('bundle/unknown-revision', { offset: 0 }, data)];
}

/** Each platform by itself: an update stays as long as it is the newest for one of them. */
const onePlatformEach = (candidate: Candidate): Candidate[] => {
  const ids = platformIds(candidate.platformMask);
  return ids.length === 0 ? [candidate] : ids.map((id) => ({ ...candidate, platformMask: 1 << id }));
};

function outdated(update: Update, catalogue: Catalogue): Finding[] {
  const { vendor } = update;
  const candidates = candidatesOf(update);
  const verdicts = candidates
    .flatMap(onePlatformEach)
    .map((candidate) => catalogueVerdict(catalogue, { vendor, ...candidate, date: update.date.text }));
  const [first] = candidates;
  const newer = verdicts.flatMap((verdict) => (verdict.kind === 'superseded' ? [verdict.by] : []));
  const [newest] = newer;
  if (first === undefined || newest === undefined || newer.length < verdicts.length) return [];
  const data = {
    cpu: cpuText(vendor, first),
    // VIA: the revision alone is often that of the newer one too.
    found: vendor === 'via' ? `${hex32(update.revision)} of ${update.date.text}` : hex32(update.revision),
    expected: hex32(newest.revision),
    date: newest.date,
  };
  return [finding('bundle/outdated', { offset: 0 }, data)];
}

function otherContent(update: Update, known: readonly CatalogueEntry[]): Finding[] {
  if (update.vendor === 'via') return []; // published many contents under one revision
  // Of a damaged update it is no news.
  if (update.findings.some(({ severity }) => severity === 'error')) return [];
  const same = known.filter(({ revision, sha256 }) => revision === update.revision && sha256 !== null);
  if (same.length === 0) return [];
  if (isAmong(update, same)) return [];
  const data = { found: hex32(update.revision), digest: sha256(update.bytes) };
  return [finding('bundle/other-content', { offset: 0 }, data)];
}

/** 0: none is declared. */
function minimumOf(update: Update): number {
  switch (update.vendor) {
    case 'intel':
      return update.header.minimumRevision;
    case 'amd':
      return update.minimumBaseRevision ?? 0;
    case 'via':
      return 0;
  }
}

/** The lowest revision that may run must be one that can run: below the update and at or above the minimum. */
function minimumUnknown(update: Update, known: readonly CatalogueEntry[]): Finding[] {
  const minimum = minimumOf(update);
  if (minimum === 0 || minimum >= update.revision) return [];
  const before = known.filter(({ revision }) => revision < update.revision);
  // Of a first release nothing can be said.
  if (before.length === 0 || before.some(({ revision }) => revision >= minimum)) return [];
  const data = { found: hex32(minimum), expected: hex32(update.revision) };
  return [finding('bundle/minimum-unknown', { offset: 0 }, data)];
}
