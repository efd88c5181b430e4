import { hex32 } from '../../bytes/hex.ts';
import { finding } from '../../findings/finding.ts';
import type { CollectedUpdate, Located } from '../collect.ts';

/** A finding on each update of VIA: no operating system loads them, so files made for loaders do not hold them. */
export const notLoadable = (collected: readonly CollectedUpdate[], output: string): Located[] =>
  collected.flatMap(({ origin, update }) => {
    if (update.vendor !== 'via') return [];
    const data = { cpu: hex32(update.signature), date: update.date.text, output };
    return [{ origin, finding: finding('pack/no-place', { offset: origin.offset }, data) }];
  });
