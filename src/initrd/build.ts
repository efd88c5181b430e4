import { newcChunks } from '../formats/cpio/write.ts';
import type { EarlyImagePlan } from './plan.ts';

/** The planned image in pieces; the payload's pieces are the very views that the request held. */
export const earlyImageChunks = (plan: EarlyImagePlan): Iterable<Uint8Array> => newcChunks(plan.archive);

/** The planned image in one piece. */
export function earlyImageBytes(plan: EarlyImagePlan): Uint8Array {
  const bytes = new Uint8Array(plan.size);
  let at = 0;
  for (const chunk of earlyImageChunks(plan)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
