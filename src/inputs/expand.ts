/** The long way: inputs in which the microcode is wrapped in something. */
import { finding } from '../findings/finding.ts';
import { hexBytes } from '../bytes/hex.ts';
import type { BlobKind, Opened } from './blob.ts';
import type { Content } from './detect.ts';
import type { Origin } from './origin.ts';

/** What is not microcode as it stands. */
export type Wrapping = Exclude<Content, BlobKind>;

/** What is found inside `bytes`, or why nothing was looked for. */
export async function* expand(content: Wrapping, origin: Origin, bytes: Uint8Array): AsyncGenerator<Opened> {
  if (content === 'unknown') {
    const found = finding('input/unknown-format', { offset: 0 }, { found: hexBytes(bytes.subarray(0, 8)) });
    yield { kind: 'finding', origin, finding: found };
    return;
  }
  const what = `a file of format ${content}`;
  const found = finding('input/not-expanded', { offset: 0 }, { what, reason: 'not supported' });
  yield { kind: 'finding', origin, finding: found };
}
