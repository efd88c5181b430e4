import { Failure } from '../../findings/failure.ts';
import type { FileSource } from '../../io/read/file-source.ts';
import type { CarriedAttributes } from '../../io/write/attributes.ts';
import { replaceFile } from '../../io/write/replace.ts';
import { save, shownWriting } from './files.ts';

/** `--remove` on an initrd that has nothing to remove: nothing was done, which is no success. */
export const nothingToRemove = (initrd: string): Failure =>
  new Failure({
    kind: 'unmatched',
    code: 'output/nothing-to-remove',
    where: initrd,
    message: 'has no early microcode, so there is nothing to take out',
    advice: 'Nothing was written. `ucodekit initrd inspect --deep` shows what is in it, in its compressed parts too.',
  });

export interface SpliceTarget {
  /** False when the new bytes would be the old ones. */
  readonly changes: boolean;
  readonly dryRun: boolean;
  /** Where to write instead of in place. */
  readonly output: string | undefined;
}

export interface Saved {
  readonly outcome: 'written' | 'unchanged' | 'planned';
  readonly attributes: CarriedAttributes | null;
}

/**
 * Writes a spliced initrd in place of the old one or elsewhere. A file that would not change is not touched.
 * @throws Failure when it cannot be written; what was there before is then untouched
 */
export function saveSplice(
  path: string,
  old: FileSource,
  chunks: Iterable<Uint8Array>,
  { changes, dryRun, output }: SpliceTarget,
): Saved {
  if (dryRun) return { outcome: 'planned', attributes: null };
  if (output !== undefined) {
    save(output, chunks);
    return { outcome: 'written', attributes: null };
  }
  if (!changes) return { outcome: 'unchanged', attributes: null };
  return { outcome: 'written', attributes: replaceFile(path, old, shownWriting(path, chunks)) };
}
