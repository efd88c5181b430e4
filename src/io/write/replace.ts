/** Replaces a file by a new version of itself, in place. */
import { realpathSync, statSync } from 'node:fs';
import { Failure } from '../../findings/failure.ts';
import { type CarriedAttributes, carryAttributes } from './attributes.ts';
import { errnoWords } from '../errno.ts';
import type { FileSource } from '../read/file-source.ts';
import { writeAtomically } from './atomic.ts';
import { removeLeftovers } from './temporary.ts';

/**
 * Puts `chunks` in the place of the file at `path`, which they may be made from: owner, mode and attributes stay, a symbolic link goes on
 * pointing to the file. All or nothing.
 * @throws Failure; the file is then untouched
 */
export function replaceFile(path: string, old: FileSource, chunks: Iterable<Uint8Array>): CarriedAttributes {
  const real = realPathOf(path);
  removeLeftovers(real);
  let carried: CarriedAttributes = 'mode-and-owner';
  writeAtomically(real, chunks, {
    dress: (temporary) => {
      carried = carryAttributes(real, statSync(real), temporary);
    },
    confirm: () => old.confirm(),
  });
  return carried;
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new Failure({
      kind: 'output',
      code: 'output/unwritable',
      where: path,
      message: `cannot be replaced: ${errnoWords(error)}`,
      advice: 'Nothing was changed. See what became of the file, and run the command again.',
    });
  }
}
