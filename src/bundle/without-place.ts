import { hex32 } from '../bytes/hex.ts';
import { finding } from '../findings/finding.ts';
import type { Held, Located } from './collect.ts';

/** A finding on each update of VIA: operating systems load none, so what is made for their loaders cannot hold it. */
export const withoutPlace = (held: readonly Held[], output: string): Located[] =>
  held.flatMap(({ origin, update }) => {
    if (update.vendor !== 'via') return [];
    const data = { cpu: hex32(update.signature), date: update.date.text, output };
    return [{ origin, finding: finding('pack/no-place', { offset: origin.offset }, data) }];
  });
