/** One compressed stream as a whole in memory. */
import { type Finding, finding } from '../../findings/finding.ts';
import type { StreamDamage } from '../../formats/stream-end.ts';
import { Collected } from '../chunks.ts';
import { Damaged, decompress, isCompression } from './decompress.ts';
import { type Budget, LimitReached } from '../limits.ts';
import type { OnExpanded } from '../progress.ts';

/** What became of a stream; offsets of findings count from its start. */
export type Expanded =
  | {
      readonly kind: 'bytes';
      readonly bytes: Uint8Array;
      /** Bytes that it takes from its start. */
      readonly end: number;
      readonly findings: readonly Finding[];
    }
  | {
      readonly kind: 'failure';
      /** What came out before. */
      readonly bytes: Uint8Array;
      /** Null when the data may be sound: there is no decoder, or a limit is reached. */
      readonly damage: StreamDamage | 'other' | null;
      readonly finding: Finding;
    };

/** Expands the stream that `bytes` start with, which is compressed by the method named. */
export async function expandStream(
  compression: string,
  bytes: Uint8Array,
  budget: Budget,
  onExpanded?: OnExpanded,
): Promise<Expanded> {
  const result = isCompression(compression)
    ? decompress(compression, bytes)
    : { kind: 'unsupported' as const, reason: 'there is no reader for it here' };
  const collected = new Collected(budget);
  const failure = (found: Finding, damage: StreamDamage | 'other' | null): Expanded => ({
    kind: 'failure',
    bytes: collected.whole(),
    damage,
    finding: found,
  });
  if (result.kind === 'unsupported') {
    const data = { what: `${compression}-compressed data`, reason: result.reason };
    return failure(finding('input/not-expanded', { offset: 0 }, data), null);
  }
  const { stream, unverified } = result;
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done === true) {
        const { end, complaint } = step.value;
        const findings = complaint === undefined ? [] : [complaint];
        if (unverified !== undefined) {
          findings.push(finding('archive/unverified', { offset: 0 }, { what: compression, reason: unverified }));
        }
        return { kind: 'bytes', bytes: collected.whole(), end, findings };
      }
      collected.add(step.value);
      await onExpanded?.(collected.length);
    }
  } catch (error) {
    if (error instanceof Damaged) return failure(error.finding, error.damage);
    if (error instanceof LimitReached) return failure(error.finding, null);
    throw error;
  } finally {
    await stream.return({ end: 0 });
  }
}
