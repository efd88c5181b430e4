import { formatOrigin } from '../../src/inputs/origin.ts';
import { openInputs, type OpenOptions } from '../../src/inputs/open.ts';

/** One line for each item that opening `paths` gives: where from, and its kind and length or its rule and message. */
export async function openedLines(paths: readonly string[], options?: OpenOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const item of openInputs(paths, options)) {
    found.push(
      item.kind === 'blob'
        ? `${formatOrigin(item.blob.origin)} ${item.blob.kind} ${item.blob.bytes.length}`
        : `${formatOrigin(item.origin)} ${item.finding.rule}: ${item.finding.message}`,
    );
  }
  return found;
}
