/** Signatures that can be checked without the CPU. */
import { type Finding, finding } from '../../findings/finding.ts';
import { signatureFindings, verifyAmdSignature } from '../../formats/amd/signature.ts';
import { extraHeader } from '../../formats/intel/extra-header.ts';
import { UPDATE_HEADER } from '../../formats/intel/layout.ts';
import { checkIntelSignature } from '../../formats/intel/signature.ts';
import type { IntelUpdate } from '../../formats/intel/update.ts';
import { originAt } from '../../inputs/origin.ts';
import { type CollectedUpdate, type Located, locatedIn } from '../collect.ts';

export const verifySignatures = (collected: readonly CollectedUpdate[]): Located[] =>
  collected.flatMap(({ origin, update }) => {
    switch (update.vendor) {
      case 'intel':
        return locatedIn(origin, intelFindings(update));
      case 'amd':
        return locatedIn(originAt(origin, -update.offset), signatureFindings(update, verifyAmdSignature(update)));
      case 'via':
        return [];
    }
  });

/** Intel's digest is over the decrypted body; what can be seen is whether the block opens under the modulus next to it. */
function intelFindings(update: IntelUpdate): Finding[] {
  const { verdict } = checkIntelSignature(extraHeader(update));
  return verdict === 'invalid' ? [finding('intel/signature-invalid', { offset: UPDATE_HEADER.size }, {})] : [];
}
