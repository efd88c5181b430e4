/** A case with a real update: what the OS answers to it, and how long its load takes. */
import { answerOf, type Offer } from '../machine/offer.ts';
import type { Case } from './scenario.ts';

/** The case as it is when nothing is offered. An update that the OS refuses is refused before any CPU is stopped. */
export function offered(one: Case, offer: Offer | null): Case {
  if (offer === null) return one;
  const setting = { ...one.setting, vendor: offer.cpu.vendor };
  const answer = answerOf(one.protocol, offer);
  return answer.loads
    ? { ...one, setting, load: { ...one.load, size: answer.size } }
    : { ...one, setting: { ...setting, refused: answer.code } };
}
