import type { Collection, Located } from '../../src/bundle/collect.ts';
import { readCollection } from '../../src/bundle/verify/verify.ts';
import { isBlobKind, type Opened } from '../../src/inputs/blob.ts';
import { detectNamed } from '../../src/inputs/detect.ts';
import { fileOrigin } from '../../src/inputs/origin.ts';

/** Files by path. */
export type Files = Readonly<Record<string, Uint8Array>>;

async function* opened(files: Files): AsyncGenerator<Opened> {
  for (const [path, bytes] of Object.entries(files)) {
    const kind = detectNamed(bytes, path);
    if (!isBlobKind(kind)) throw new RangeError(`${path} holds no microcode`);
    yield { kind: 'blob', blob: { kind, origin: fileOrigin(path), bytes } };
  }
}

/** What the files hold, without a file system. */
export const collectionOf = (files: Files): Promise<Collection> => readCollection(opened(files));

/** `path+0x10: rule-id`, for comparison. */
export const places = (findings: readonly Located[]): string[] =>
  findings.map(({ origin, finding }) => `${origin.path}+${origin.offset}: ${finding.rule}`);

export const rulesOf = (findings: readonly Located[]): string[] => findings.map(({ finding }) => finding.rule);
