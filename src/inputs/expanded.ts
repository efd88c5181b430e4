/** Compressed data as a whole in memory. */
import { type Finding, finding } from '../findings/finding.ts';
import { collect } from './chunks.ts';
import { Damaged, decompress, isCompression } from './decompress.ts';
import { Budget, LimitReached, type Limits } from './limits.ts';
import { type OnExpanded, told } from './progress.ts';

export type Expanded =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly findings: readonly Finding[] }
  | { readonly kind: 'failure'; readonly finding: Finding };

/** Expands `bytes`, which are compressed by the method named; offsets of findings count from their start. */
export async function expandWhole(
  compression: string,
  bytes: Uint8Array,
  limits: Limits,
  onExpanded?: OnExpanded,
): Promise<Expanded> {
  const result = isCompression(compression)
    ? decompress(compression, bytes)
    : { kind: 'unsupported' as const, reason: 'there is no reader for it here' };
  if (result.kind === 'unsupported') {
    const data = { what: `${compression}-compressed data`, reason: result.reason };
    return { kind: 'failure', finding: finding('input/not-expanded', { offset: 0 }, data) };
  }
  try {
    const whole = await collect(told(result.stream, onExpanded), new Budget(limits));
    const reason = result.unverified;
    const data = { what: compression, reason: reason ?? '' };
    const findings = reason === undefined ? [] : [finding('archive/unverified', { offset: 0 }, data)];
    return { kind: 'bytes', bytes: whole, findings };
  } catch (error) {
    if (error instanceof Damaged || error instanceof LimitReached) return { kind: 'failure', finding: error.finding };
    throw error;
  }
}
