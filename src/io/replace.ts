/** Replacing a file by a new version of itself, in place. */
import { realpathSync, statSync } from 'node:fs';
import { type CarriedAttributes, carryAttributes } from './attributes.ts';
import type { FileSource } from './file-source.ts';
import { writeAtomically } from './write.ts';

/**
 * Puts `chunks` in the place of the file at `path`, which they may be made from: owner, mode and attributes stay, a symbolic link goes on
 * pointing to the file. All or nothing.
 * @throws Failure; the file is then untouched
 */
export function replaceFile(path: string, old: FileSource, chunks: Iterable<Uint8Array>): CarriedAttributes {
  const real = realpathSync(path);
  let carried: CarriedAttributes = 'mode-and-owner';
  writeAtomically(real, chunks, {
    dress: (temporary) => {
      carried = carryAttributes(real, statSync(real), temporary);
    },
    confirm: () => old.confirm(),
  });
  return carried;
}
