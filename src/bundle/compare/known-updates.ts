/** How an update compares with the catalogue of known ones, for each of its CPUs. */
import { cpuidOfRevisionId } from '../../cpu/amd.ts';
import { type Catalogue, type CatalogueVerdict, catalogueVerdict } from '../../cpu/catalogue.ts';
import type { Update } from '../collect.ts';
import type { Candidate } from '../select/filter.ts';
import { candidatesOf } from '../select/selection.ts';

export interface CandidateVerdict extends Candidate {
  readonly verdict: CatalogueVerdict;
}

/**
 * A verdict for each CPU that the update serves. The catalogue files an AMD patch under the CPUID that its equivalence id spells: on Zen
 * that is the CPU, before Zen the one that stands for all CPUs of the id.
 */
export const catalogueVerdicts = (catalogue: Catalogue, update: Update): CandidateVerdict[] =>
  candidatesOf(update).map((candidate) => {
    const signature = update.vendor === 'amd' ? cpuidOfRevisionId(update.header.processorRevId) : candidate.signature;
    const verdict = catalogueVerdict(catalogue, {
      ...candidate,
      vendor: update.vendor,
      signature,
      date: update.date.text,
    });
    return { ...candidate, verdict };
  });
