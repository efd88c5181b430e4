/** Signatures of AMD's Zen patches. Intel's cannot be checked: key and body are known to the CPU only. */
import { signatureFindings, verifyAmdSignature } from '../formats/amd/signature.ts';
import { originAt } from '../inputs/origin.ts';
import { type Held, type Located, locatedIn } from './collect.ts';

export const verifySignatures = (held: readonly Held[]): Located[] =>
  held.flatMap(({ origin, update }) =>
    update.vendor === 'amd'
      ? locatedIn(originAt(origin, -update.offset), signatureFindings(update, verifyAmdSignature(update)))
      : [],
  );
